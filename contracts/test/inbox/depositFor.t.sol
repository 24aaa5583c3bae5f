// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IInbox as Errors} from "../../src/interfaces/IInbox.sol";
import {InboxKind} from "../../src/types/InboxEntry.sol";
import {Venue} from "../builders/Venue.sol";

contract DepositForTest is Venue {
    function setUp() public override {
        super.setUp();
        token.mint(ALICE, 10e6);
        vm.prank(ALICE);
        token.approve(address(vault), 10e6);
    }

    function testFuzz_CreditsTheOwnerAndChargesTheSender(address owner, uint8 subaccount) public {
        vm.assume(owner != address(0));
        bytes32 expected = keccak256(abi.encode(bytes32(0), 0, 1, owner, subaccount, 4e6, bytes32(0), NOW));
        vm.expectEmit(true, true, false, true);
        emit Errors.InboxEntryAdded(0, InboxKind.Deposit, owner, subaccount, 4e6, 0, uint64(NOW), expected);
        vm.prank(ALICE);
        inbox.depositFor(owner, subaccount, 4e6);
        vm.assertEq(token.balanceOf(ALICE), 6e6);
    }

    function test_RefusesNobody() public {
        vm.prank(ALICE);
        vm.expectRevert(Errors.ZeroOwner.selector);
        inbox.depositFor(address(0), 0, 1e6);
    }

    /// An approval to the vault is spent only by its owner's own call.
    function test_NobodySpendsAnothersApproval() public {
        vm.prank(BOB);
        vm.expectRevert();
        inbox.depositFor(BOB, 0, 4e6);
        vm.assertEq(token.balanceOf(ALICE), 10e6);
    }
}
