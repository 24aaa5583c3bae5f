// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEscapeHatch as Errors} from "../../src/interfaces/IEscapeHatch.sol";
import {Equity} from "../../src/libraries/Equity.sol";
import {StateTree} from "../../src/libraries/StateTree.sol";
import {ExitStatus, ProvenAccount} from "../../src/types/Exit.sol";
import {FrozenVenue} from "../builders/FrozenVenue.sol";

contract EscapeTest is FrozenVenue {
    function test_RecordsWhoAndHowMuch() public {
        freezeAndSettle();
        vm.expectEmit(true, true, false, true);
        emit Errors.AccountProven(1, ALICE, 0, 570e6);
        vm.prank(CAROL);
        escapeOf(1);
        ProvenAccount memory account = hatch.accountOf(1);
        vm.assertEq(account.owner, ALICE);
        vm.assertTrue(account.equity == 570e6 && account.status == ExitStatus.Proven);
        escapeOf(4);
        vm.assertEq(hatch.accountOf(4).owner, BOB);
        // Nobody is paid in the window.
        vm.assertEq(token.balanceOf(ALICE), 0);
    }

    function test_ByHand() public view {
        vm.assertTrue(equityOf(0) == 50e6 && equityOf(1) == 570e6 && equityOf(2) == 740e6);
        vm.assertTrue(equityOf(3) == -360e6 && equityOf(4) == 0);
    }

    function test_DebtsCountOnce() public {
        freezeAndSettle();
        escapeOf(3);
        vm.assertEq(hatch.deficit(), 360e6);
        escapeOf(1);
        escapeOf(2);
        vm.assertEq(hatch.deficit(), 360e6);
        vm.expectRevert(abi.encodeWithSelector(Errors.AlreadyProven.selector, 3));
        this.escapeExternally(3);
    }

    function escapeExternally(uint256 index) external {
        escapeOf(index);
    }

    /// After the window one call proves and pays.
    function test_LatePaysAtOnce() public {
        freezeAndSettle();
        escapeOf(0);
        escapeOf(3);
        endWindow();
        escapeOf(1);
        // 1,000 held; owed 1,000 + 360 − 50.
        vm.assertEq(token.balanceOf(ALICE), uint256(570e6) * 1000e6 / 1310e6);
        escapeOf(2);
        vm.assertEq(token.balanceOf(BOB), uint256(740e6) * 1000e6 / 1310e6);
    }

    /// A debt found late changes nothing any more: those who are paid are paid by the scale as it stands.
    function test_ALateDebtChangesNothing() public {
        freezeAndSettle();
        escapeOf(0);
        endWindow();
        escapeOf(3);
        vm.assertEq(hatch.deficit(), 0);
        escapeOf(2);
        vm.assertEq(token.balanceOf(BOB), 740e6);
        // What is left is all there is; nothing that is set apart is touched.
        escapeOf(1);
        vm.assertEq(token.balanceOf(ALICE), 260e6);
        vm.assertEq(token.balanceOf(address(vault)), 0);
    }

    /// Without the insurance fund's account there is no scale: the escape is recorded, and paid later.
    function test_TheInsuranceFundComesFirst() public {
        freezeAndSettle();
        endWindow();
        escapeOf(1);
        vm.assertEq(token.balanceOf(ALICE), 0);
        vm.expectRevert(Errors.InsuranceNotProven.selector);
        hatch.collect(1);
        escapeOf(0);
        hatch.collect(1);
        vm.assertEq(token.balanceOf(ALICE), 570e6);
    }

    function test_NotBeforeTheRootIsSplit() public {
        vm.expectRevert(Errors.RootNotSplit.selector);
        this.escapeExternally(1);
        vm.warp(block.timestamp + SILENCE_MAX + 1);
        hatch.freeze();
        vm.expectRevert(Errors.RootNotSplit.selector);
        this.escapeExternally(1);
    }

    function test_EveryInstrumentIsSettledFirst() public {
        vm.warp(block.timestamp + SILENCE_MAX + 1);
        hatch.freeze();
        hatch.splitRoot(accountsRoot(), instrumentsRoot(), venueWord());
        vm.expectRevert(abi.encodeWithSelector(Equity.InstrumentNotSettled.selector, 1));
        this.escapeExternally(1);
        escapeOf(0);
    }

    function test_AnIndexBeyondTheTree() public {
        freezeAndSettle();
        uint256[20] memory words = accountWords(1);
        uint256[24] memory path = accountPath(1);
        vm.expectRevert(abi.encodeWithSelector(Errors.IndexOutOfRange.selector, 2 ** 24 - 1, 2 ** 24 + 1));
        hatch.escape(2 ** 24 + 1, words, path);
    }

    function testFuzz_NoOtherIndex(uint32 index) public {
        freezeAndSettle();
        vm.assume(index != 1);
        uint256[20] memory words = accountWords(1);
        uint256[24] memory path = accountPath(1);
        vm.expectRevert();
        hatch.escape(index, words, path);
    }

    /// Any word of leaf or path changed in any bit.
    function testFuzz_NoOtherLeafOrPath(uint8 where, uint256 flip) public {
        freezeAndSettle();
        where = uint8(bound(where, 0, 43));
        flip = bound(flip, 1, type(uint256).max);
        uint256[20] memory words = accountWords(1);
        uint256[24] memory path = accountPath(1);
        if (where < 20) words[where] ^= flip;
        else path[where - 20] ^= flip;
        vm.expectRevert();
        hatch.escape(1, words, path);
    }

    /// A word raised by the modulus is the same field element, and would be another owner or amount.
    function testFuzz_NoOtherEncoding(uint8 where) public {
        freezeAndSettle();
        where = uint8(bound(where, 0, 43));
        uint256 modulus =
            21_888_242_871_839_275_222_246_405_745_257_275_088_548_364_400_416_034_343_698_204_186_575_808_495_617;
        uint256[20] memory words = accountWords(1);
        uint256[24] memory path = accountPath(1);
        if (where < 20) words[where] += modulus;
        else path[where - 20] += modulus;
        vm.expectPartialRevert(StateTree.NotCanonical.selector);
        hatch.escape(1, words, path);
    }

    /// The place of an account that never was holds nothing, and gives nothing.
    function test_AnEmptyPlace() public {
        freezeAndSettle();
        uint256[20] memory nothing;
        uint256[24] memory path = accountPath(7);
        escapeOf(0);
        escapeOf(3);
        endWindow();
        hatch.escape(7, nothing, path);
        vm.assertTrue(hatch.accountOf(7).equity == 0 && hatch.accountOf(7).status == ExitStatus.Paid);
        vm.assertEq(token.balanceOf(address(vault)), DEPOSITED);
    }
}
