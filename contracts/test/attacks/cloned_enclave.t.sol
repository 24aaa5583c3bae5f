// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ISettlement} from "../../src/interfaces/ISettlement.sol";
import {BatchHeader} from "../../src/types/BatchHeader.sol";
import {OpenEpoch} from "../../src/types/OpenEpoch.sol";
import {Venue} from "../builders/Venue.sol";

/// Two enclaves are started from one sealed state, or one from yesterday's. Each is genuine and attested; one of them can anchor.
contract ClonedEnclaveAttack is Venue {
    uint256 internal constant CLONE = 0xc107e;

    function setUp() public override {
        super.setUp();
        openFirstEpoch();
        acceptNext();
        registerSigner(vm.addr(CLONE));
    }

    /// Both ask at once, naming the same place: the second finds the chain moved.
    function test_TheSecondToOpenIsRefused() public {
        uint256 first = 0xf1257;
        registerSigner(vm.addr(first));
        OpenEpoch memory opening = nextEpoch();
        bytes memory mine = signOpening(opening, first);
        bytes memory clones = signOpening(opening, CLONE);
        settlement.openEpoch(opening, mine);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.UnexpectedEpoch.selector, 2, 1));
        settlement.openEpoch(opening, clones);
        // Nor can it post as if it had opened.
        BatchHeader memory header = nextBatch();
        bytes memory batch = signBatch(header, CLONE);
        vm.expectRevert(
            abi.encodeWithSelector(ISettlement.UnexpectedSigner.selector, vm.addr(first), vm.addr(CLONE))
        );
        settlement.acceptBatch(header, batch, DATA);
    }

    /// The clone opens an epoch of its own: from then on the original cannot anchor, so that there is one history, whichever.
    function test_TheOriginalIsOutOnceAnotherHasOpened() public {
        OpenEpoch memory opening = nextEpoch();
        settlement.openEpoch(opening, signOpening(opening, CLONE));
        BatchHeader memory header = nextBatch();
        header.epoch = 1;
        bytes memory signature = signBatch(header, SIGNER_KEY);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.UnexpectedEpoch.selector, 2, 1));
        settlement.acceptBatch(header, signature, DATA);
        header.epoch = 2;
        signature = signBatch(header, SIGNER_KEY);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.UnexpectedSigner.selector, vm.addr(CLONE), signer));
        settlement.acceptBatch(header, signature, DATA);
        // It does not come back by opening once more: a key opens one epoch, ever.
        opening = nextEpoch();
        signature = signOpening(opening, SIGNER_KEY);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.SignerBound.selector, signer, 1));
        settlement.openEpoch(opening, signature);
    }

    /// Yesterday's state: whatever of it is older than the chain, the opening is refused.
    function testFuzz_RolledBack(uint64 batchNumber, uint64 lastSequence, bytes32 stateRoot) public {
        OpenEpoch memory opening = nextEpoch();
        vm.assume(
            batchNumber != opening.batchNumber || lastSequence != opening.lastSequence
                || stateRoot != opening.stateRoot
        );
        (opening.batchNumber, opening.lastSequence, opening.stateRoot) =
        (batchNumber, lastSequence, stateRoot);
        bytes memory signature = signOpening(opening, CLONE);
        vm.expectRevert();
        settlement.openEpoch(opening, signature);
        vm.assertEq(head().epoch, 1);
    }
}
