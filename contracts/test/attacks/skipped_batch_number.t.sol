// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ISettlement} from "../../src/interfaces/ISettlement.sol";
import {BatchHeader} from "../../src/types/BatchHeader.sol";
import {Venue} from "../builders/Venue.sol";

/// The host withholds a batch and posts the one after it: what happened between would be known to nobody.
contract SkippedBatchNumberAttack is Venue {
    function setUp() public override {
        super.setUp();
        openFirstEpoch();
    }

    function test_TheBatchAfterNext() public {
        BatchHeader memory withheld = nextBatch();
        BatchHeader memory header = nextBatch();
        header.number = withheld.number + 1;
        header.firstSequence = withheld.lastSequence + 1;
        header.lastSequence = withheld.lastSequence + 10;
        header.stateRootBefore = withheld.stateRootAfter;
        bytes memory signature = signBatch(header, SIGNER_KEY);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.UnexpectedBatchNumber.selector, 1, 2));
        settlement.acceptBatch(header, signature, DATA);
        // In order, both pass.
        accept(withheld, SIGNER_KEY);
        settlement.acceptBatch(header, signature, DATA);
        vm.assertEq(head().batchNumber, 2);
    }

    function testFuzz_AnyOtherNumber(uint64 number) public {
        vm.assume(number != 1);
        BatchHeader memory header = nextBatch();
        header.number = number;
        bytes memory signature = signBatch(header, SIGNER_KEY);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.UnexpectedBatchNumber.selector, 1, number));
        settlement.acceptBatch(header, signature, DATA);
    }

    function testFuzz_SkippedSequences(uint64 first) public {
        vm.assume(first != 1);
        BatchHeader memory header = nextBatch();
        header.firstSequence = first;
        bytes memory signature = signBatch(header, SIGNER_KEY);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.UnexpectedSequence.selector, 1, first));
        settlement.acceptBatch(header, signature, DATA);
    }
}
