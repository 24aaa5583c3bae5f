// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IInbox as Errors} from "../../src/interfaces/IInbox.sol";
import {InboxKind} from "../../src/types/InboxEntry.sol";
import {Venue} from "../builders/Venue.sol";

/// `forceWithdraw`, `forceClose`, `forceCancelAll` and `registerKey`: one entry each for their sender (two for a key).
contract ForcedCommandsTest is Venue {
    bytes32 internal last;
    uint64 internal count;

    function expectEntry(InboxKind kind, address owner, uint8 subaccount, uint64 amount, bytes32 data)
        internal
    {
        uint64 index = count++;
        last = keccak256(
            abi.encode(last, index, uint8(kind), owner, subaccount, amount, data, uint64(block.timestamp))
        );
        vm.expectEmit(true, true, false, true);
        emit Errors.InboxEntryAdded(
            index, kind, owner, subaccount, amount, data, uint64(block.timestamp), last
        );
    }

    function testFuzz_ForceWithdraw(address sender, uint8 subaccount, uint64 amount) public {
        vm.assume(amount != 0);
        expectEntry(InboxKind.ForcedWithdraw, sender, subaccount, amount, 0);
        vm.prank(sender);
        vm.assertEq(inbox.forceWithdraw(subaccount, amount), 0);
        vm.assertEq(inbox.hashAt(1), last);
        // No money came in: it counts for nothing.
        vm.assertEq(inbox.creditedAt(1), 0);
        vm.assertEq(inbox.unconsumedDeposits(0), 0);
    }

    function test_WithdrawingNothingIsRefused() public {
        vm.expectRevert(Errors.ZeroAmount.selector);
        inbox.forceWithdraw(0, 0);
    }

    function testFuzz_ForceClose(address sender, uint8 subaccount, uint16 instrument) public {
        expectEntry(InboxKind.ForcedClose, sender, subaccount, 0, bytes32(uint256(instrument)));
        vm.prank(sender);
        vm.assertEq(inbox.forceClose(subaccount, instrument), 0);
        vm.assertEq(inbox.hashAt(1), last);
    }

    function testFuzz_ForceCancelAll(address sender, uint8 subaccount) public {
        expectEntry(InboxKind.ForcedCancelAll, sender, subaccount, 0, 0);
        vm.prank(sender);
        vm.assertEq(inbox.forceCancelAll(subaccount), 0);
        vm.assertEq(inbox.hashAt(1), last);
    }

    function testFuzz_RegisterKey(address sender, uint8 subaccount, bytes32 x, bytes32 y) public {
        expectEntry(InboxKind.RegisterKey, sender, subaccount, 0, x);
        expectEntry(InboxKind.RegisterKey, sender, subaccount, 1, y);
        vm.prank(sender);
        vm.assertEq(inbox.registerKey(subaccount, x, y), 0);
        vm.assertEq(inbox.length(), 2);
        vm.assertEq(inbox.hashAt(2), last);
    }

    /// Any mixture chains in order.
    function testFuzz_AnyOrder(uint256 seed) public {
        for (uint256 i = 0; i < 8; i++) {
            uint256 pick = uint256(keccak256(abi.encode(seed, i)));
            vm.warp(block.timestamp + pick % 100);
            uint8 subaccount = uint8(pick >> 8);
            if (pick % 3 == 0) {
                expectEntry(InboxKind.ForcedCancelAll, address(this), subaccount, 0, 0);
                inbox.forceCancelAll(subaccount);
            } else if (pick % 3 == 1) {
                expectEntry(InboxKind.ForcedClose, address(this), subaccount, 0, bytes32(uint256(9)));
                inbox.forceClose(subaccount, 9);
            } else {
                expectEntry(InboxKind.ForcedWithdraw, address(this), subaccount, 5, 0);
                inbox.forceWithdraw(subaccount, 5);
            }
        }
        vm.assertEq(inbox.hashAt(8), last);
    }
}
