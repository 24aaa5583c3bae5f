// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {BlocklistToken, FeeToken, HookToken, PlainToken} from "../builders/OddTokens.sol";
import {FrozenVenue} from "../builders/FrozenVenue.sol";

/// Exits with tokens that take fees, refuse recipients, call back, or are simply given away.
contract OddTokenExitAttack is FrozenVenue {
    address internal odd;

    function useToken(address other) internal {
        odd = other;
        deploySettlement(IERC20Metadata(other));
        openEpochHere();
        PlainToken(other).mint(address(this), 1200e6);
        PlainToken(other).approve(address(vault), type(uint256).max);
    }

    /// The signer is registered; a key opens one epoch a settlement.
    function openEpochHere() internal {
        settlement.openEpoch(nextEpoch(), signOpening(nextEpoch(), SIGNER_KEY));
    }

    function balanceOf(address who) internal view returns (uint256) {
        return PlainToken(odd).balanceOf(who);
    }

    /// A fee on the way in is not credited, so that the books never promise it; one on the way out is the recipient's.
    function test_FeeOnTransfer() public {
        useToken(address(new FeeToken()));
        inbox.deposit(0, 1000e6);
        vm.assertEq(inbox.creditedAt(1), 990e6);
        accounts[2].collateral -= 10e6;
        acceptState();
        freezeAndSettle();
        proveAll();
        endWindow();
        uint256 before = balanceOf(address(vault));
        hatch.collect(1);
        hatch.collect(2);
        // 990 held, owed 990 + 360 − 50.
        uint256 first = uint256(570e6) * 990e6 / 1300e6;
        uint256 second = uint256(730e6) * 990e6 / 1300e6;
        vm.assertEq(before - balanceOf(address(vault)), first + second);
        vm.assertEq(balanceOf(ALICE), first - first / 100);
    }

    /// A refused push waits for its owner and holds up nobody; it stays set apart.
    function test_ABlockedRecipient() public {
        BlocklistToken blocking = new BlocklistToken();
        useToken(address(blocking));
        inbox.deposit(0, 1000e6);
        acceptState();
        freezeAndSettle();
        proveAll();
        endWindow();
        blocking.block_(ALICE, true);
        hatch.collect(1);
        hatch.collect(2);
        uint256 share = uint256(570e6) * 1000e6 / 1310e6;
        vm.assertEq(vault.unpaidOf(ALICE), share);
        vm.assertEq(balanceOf(BOB), uint256(740e6) * 1000e6 / 1310e6);
        vm.prank(ALICE);
        vault.withdrawUnpaid(CAROL);
        vm.assertEq(balanceOf(CAROL), share);
    }

    /// A recipient that calls back collects nothing twice, and fixes no scale from the middle of a payment.
    function test_AReentrantToken() public {
        HookToken hooked = new HookToken();
        useToken(address(hooked));
        inbox.deposit(0, 1000e6);
        acceptState();
        freezeAndSettle();
        proveAll();
        endWindow();
        hooked.hook(address(hatch), abi.encodeCall(hatch.collect, (1)));
        hatch.collect(1);
        vm.assertFalse(hooked.isHookAccepted());
        vm.assertEq(balanceOf(ALICE), uint256(570e6) * 1000e6 / 1310e6);
        hooked.hook(address(hatch), abi.encodeCall(hatch.collect, (2)));
        hatch.collect(3);
        hatch.collect(2);
        vm.assertEq(balanceOf(BOB), uint256(740e6) * 1000e6 / 1310e6);
    }

    /// Tokens given to the vault make nobody's share smaller, and cannot be taken out by whoever gave them.
    function testFuzz_ADonation(uint64 amount) public {
        amount = uint64(bound(amount, 0, 1e15));
        useToken(address(new PlainToken(6)));
        inbox.deposit(0, 1000e6);
        acceptState();
        PlainToken(odd).mint(address(vault), amount);
        freezeAndSettle();
        proveAll();
        endWindow();
        hatch.collect(1);
        hatch.collect(2);
        uint256 held = 1000e6 + uint256(amount);
        uint256 first = held >= 1310e6 ? 570e6 : 570e6 * held / 1310e6;
        vm.assertEq(balanceOf(ALICE), first);
        vm.assertGe(first, uint256(570e6) * 1000e6 / 1310e6, "no less than without");
        vm.assertLe(balanceOf(ALICE) + balanceOf(BOB), held, "no more than there is");
    }
}
