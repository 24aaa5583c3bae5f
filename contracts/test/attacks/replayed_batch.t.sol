// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ISettlement} from "../../src/interfaces/ISettlement.sol";
import {BatchHeader} from "../../src/types/BatchHeader.sol";
import {OpenEpoch} from "../../src/types/OpenEpoch.sol";
import {Venue} from "../builders/Venue.sol";

/// A batch, genuinely signed and already accepted, is sent again.
contract ReplayedBatchAttack is Venue {
    BatchHeader internal first;
    bytes internal firstSignature;

    function setUp() public override {
        super.setUp();
        openFirstEpoch();
        first = nextBatch();
        firstSignature = signBatch(first, SIGNER_KEY);
        settlement.acceptBatch(first, firstSignature, DATA);
    }

    function test_AtOnce() public {
        vm.expectRevert(abi.encodeWithSelector(ISettlement.UnexpectedBatchNumber.selector, 2, 1));
        settlement.acceptBatch(first, firstSignature, DATA);
    }

    function test_AfterOthers() public {
        acceptNext();
        acceptNext();
        vm.expectRevert(abi.encodeWithSelector(ISettlement.UnexpectedBatchNumber.selector, 4, 1));
        settlement.acceptBatch(first, firstSignature, DATA);
    }

    function test_InALaterEpoch() public {
        registerSigner(vm.addr(0xb0b0));
        OpenEpoch memory opening = nextEpoch();
        settlement.openEpoch(opening, signOpening(opening, 0xb0b0));
        vm.expectRevert(abi.encodeWithSelector(ISettlement.UnexpectedEpoch.selector, 2, 1));
        settlement.acceptBatch(first, firstSignature, DATA);
    }

    /// An epoch's opening is not accepted twice either.
    function test_ReplayedOpening() public {
        registerSigner(vm.addr(0xb0b0));
        OpenEpoch memory opening = nextEpoch();
        bytes memory opened = signOpening(opening, 0xb0b0);
        settlement.openEpoch(opening, opened);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.SignerBound.selector, vm.addr(0xb0b0), 2));
        settlement.openEpoch(opening, opened);
    }
}
