// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {Inbox} from "../../src/Inbox.sol";
import {Settlement} from "../../src/Settlement.sol";
import {Vault} from "../../src/Vault.sol";
import {IInbox as Errors} from "../../src/interfaces/IInbox.sol";
import {IVault} from "../../src/interfaces/IVault.sol";
import {InboxKind} from "../../src/types/InboxEntry.sol";
import {FeeToken, HookToken, PlainToken, SilentToken} from "../builders/OddTokens.sol";
import {Venue} from "../builders/Venue.sol";

contract DepositTest is Venue {
    function useToken(address odd) internal {
        settlement = new Settlement(venueConfig(IERC20Metadata(odd)));
        inbox = Inbox(address(settlement.INBOX()));
        vault = Vault(address(settlement.VAULT()));
    }

    function usePlain(uint8 decimals) internal returns (PlainToken plain) {
        plain = new PlainToken(decimals);
        useToken(address(plain));
        plain.mint(address(this), type(uint128).max);
        plain.approve(address(vault), type(uint256).max);
    }

    function test_ChainsTheEntry() public {
        token.mint(ALICE, 5e6);
        vm.startPrank(ALICE);
        token.approve(address(vault), 5e6);
        bytes32 expected = keccak256(
            abi.encode(bytes32(0), uint64(0), uint8(1), ALICE, uint8(3), uint64(5e6), bytes32(0), uint64(NOW))
        );
        vm.expectEmit(true, true, true, true);
        emit Errors.InboxEntryAdded(0, InboxKind.Deposit, ALICE, 3, 5e6, 0, uint64(NOW), expected);
        vm.assertEq(inbox.deposit(3, 5e6), 0);
        vm.assertEq(inbox.length(), 1);
        vm.assertEq(inbox.hashAt(1), expected);
        vm.assertEq(token.balanceOf(address(vault)), 5e6);
    }

    function test_ChainsOnTheLast() public {
        depositAs(ALICE, 5e6);
        vm.warp(NOW + 7);
        depositAs(BOB, 6e6);
        bytes32 expected = keccak256(
            abi.encode(inbox.hashAt(1), uint64(1), uint8(1), BOB, uint8(0), uint64(6e6), bytes32(0), NOW + 7)
        );
        vm.assertEq(inbox.hashAt(2), expected);
        vm.assertEq(inbox.hashAt(0), 0);
        vm.assertEq(inbox.cursorDue(), 0);
    }

    function test_HashAtKnowsItsEnd() public {
        vm.expectRevert(abi.encodeWithSelector(Errors.UnknownInboxIndex.selector, 0, 1));
        inbox.hashAt(1);
    }

    function test_EighteenDecimalsLeaveTheDustBehind() public {
        PlainToken plain = usePlain(18);
        inbox.deposit(0, 1.2345678999e18);
        vm.assertEq(plain.balanceOf(address(vault)), 1.234567e18);
        vm.assertEq(vault.SCALE(), 1e12);
    }

    function test_EightDecimals() public {
        PlainToken plain = usePlain(8);
        inbox.deposit(0, 1e8 + 99);
        vm.assertEq(plain.balanceOf(address(vault)), 1e8);
    }

    function test_FewerThanSixDecimalsAreRefused() public {
        PlainToken plain = new PlainToken(5);
        vm.expectRevert(abi.encodeWithSelector(IVault.DecimalsOutOfRange.selector, 6, 30, 5));
        new Settlement(venueConfig(plain));
    }

    function test_RefusesNothing() public {
        vm.expectRevert(abi.encodeWithSelector(Errors.NothingToCredit.selector, 0));
        inbox.deposit(0, 0);
        usePlain(18);
        vm.expectRevert(abi.encodeWithSelector(Errors.NothingToCredit.selector, 1e12 - 1));
        inbox.deposit(0, 1e12 - 1);
    }

    function test_RefusesMoreThanTheEngineCanCount() public {
        usePlain(6);
        uint256 limit = uint256(uint64(type(int64).max));
        inbox.deposit(0, limit);
        vm.expectRevert(abi.encodeWithSelector(IVault.VaultFull.selector, limit, limit + 1));
        inbox.deposit(0, 1);
    }

    function test_AFeeIsTheDepositors() public {
        FeeToken fee = new FeeToken();
        useToken(address(fee));
        fee.mint(address(this), 100e6);
        fee.approve(address(vault), 100e6);
        vm.expectEmit(true, true, false, true);
        emit IVault.Collected(address(this), 99e6);
        inbox.deposit(0, 100e6);
        vm.assertEq(fee.balanceOf(address(vault)), 99e6);
    }

    function test_ATokenThatReturnsNothing() public {
        SilentToken silent = new SilentToken();
        useToken(address(silent));
        silent.mint(address(this), 3e6);
        inbox.deposit(0, 3e6);
        vm.assertEq(silent.balanceOf(address(vault)), 3e6);
    }

    /// A nested deposit would be counted by both balance differences.
    function test_AReentrantDepositIsShutOut() public {
        HookToken hooked = new HookToken();
        useToken(address(hooked));
        hooked.mint(address(this), 10e6);
        hooked.mint(address(hooked), 10e6);
        hooked.approve(address(vault), 10e6);
        vm.prank(address(hooked));
        hooked.approve(address(vault), 10e6);
        hooked.hook(address(inbox), abi.encodeCall(inbox.deposit, (0, 10e6)));
        inbox.deposit(0, 10e6);
        vm.assertFalse(hooked.isHookAccepted());
        vm.assertEq(inbox.length(), 1);
        vm.assertEq(hooked.balanceOf(address(vault)), 10e6);
    }

    function testFuzz_CreditsExactlyWhatArrived(uint8 decimals, uint256 amount, uint8 subaccount) public {
        decimals = uint8(bound(decimals, 6, 30));
        PlainToken plain = usePlain(decimals);
        uint256 scale = 10 ** (decimals - 6);
        amount = bound(amount, scale, scale * 1e12);
        inbox.deposit(subaccount, amount);
        vm.assertEq(plain.balanceOf(address(vault)), amount / scale * scale);
        bytes32 expected = keccak256(
            abi.encode(bytes32(0), 0, 1, address(this), subaccount, amount / scale, bytes32(0), NOW)
        );
        vm.assertEq(inbox.hashAt(1), expected);
    }
}
