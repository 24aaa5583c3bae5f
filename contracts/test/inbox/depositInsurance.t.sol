// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IInbox} from "../../src/interfaces/IInbox.sol";
import {InboxKind} from "../../src/types/InboxEntry.sol";
import {Venue} from "../builders/Venue.sol";

contract DepositInsuranceTest is Venue {
    function testFuzz_IsAnEntryOfItsOwnKind(uint64 amount) public {
        amount = uint64(bound(amount, 1, 1e15));
        token.mint(ALICE, amount);
        vm.startPrank(ALICE);
        token.approve(address(vault), amount);
        bytes32 expected = keccak256(abi.encode(bytes32(0), 0, 6, ALICE, 0, amount, bytes32(0), NOW));
        vm.expectEmit(true, true, false, true);
        emit IInbox.InboxEntryAdded(0, InboxKind.InsuranceDeposit, ALICE, 0, amount, 0, uint64(NOW), expected);
        inbox.depositInsurance(amount);
    }
}
