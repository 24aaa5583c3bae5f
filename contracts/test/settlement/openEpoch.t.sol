// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {Settlement} from "../../src/Settlement.sol";
import {ISettlement as Errors} from "../../src/interfaces/ISettlement.sol";
import {OpenEpoch} from "../../src/types/OpenEpoch.sol";
import {QuoteSpec} from "../builders/QuoteBuilder.sol";
import {Registration} from "../../src/types/RegistryTypes.sol";
import {VenueConfig} from "../../src/types/VenueConfig.sol";
import {Venue} from "../builders/Venue.sol";

contract OpenEpochTest is Venue {
    uint256 internal constant NEXT_KEY = 0x516f;

    function expectRefusal(OpenEpoch memory opening, uint256 key, bytes memory reason) internal {
        bytes memory signature = signOpening(opening, key);
        vm.expectRevert(reason);
        settlement.openEpoch(opening, signature);
    }

    function test_TheFirstFixesTheConfiguration() public {
        openFirstEpoch();
        vm.assertEq(settlement.configHash(), CONFIG_HASH);
        vm.assertEq(head().epoch, 1);
        vm.assertEq(head().signer, signer);
        vm.assertEq(settlement.epochOf(signer), 1);
        vm.assertEq(head().stateRoot, GENESIS_ROOT);
    }

    function test_TheFirstIsTheOperators() public {
        registerSigner(signer);
        OpenEpoch memory opening = nextEpoch();
        bytes memory signature = signOpening(opening, SIGNER_KEY);
        vm.expectRevert(abi.encodeWithSelector(Errors.NotOperator.selector, address(this), BOB));
        vm.prank(BOB);
        settlement.openEpoch(opening, signature);
    }

    function test_TheFirstBringsTheGenesisRootIfNoneWasDeployed() public {
        VenueConfig memory config = venueConfig(token);
        config.genesisStateRoot = 0;
        settlement = new Settlement(config);
        registerSigner(signer);
        OpenEpoch memory opening = nextEpoch();
        opening.stateRoot = keccak256("the engine's genesis");
        settlement.openEpoch(opening, signOpening(opening, SIGNER_KEY));
        vm.assertEq(head().stateRoot, keccak256("the engine's genesis"));
    }

    function test_ADeployedGenesisRootBinds() public {
        registerSigner(signer);
        OpenEpoch memory opening = nextEpoch();
        opening.stateRoot = bytes32(uint256(1));
        expectRefusal(
            opening,
            SIGNER_KEY,
            abi.encodeWithSelector(Errors.StateRootMismatch.selector, GENESIS_ROOT, bytes32(uint256(1)))
        );
    }

    function test_AnyoneOpensTheNext() public {
        openFirstEpoch();
        acceptNext();
        registerSigner(vm.addr(NEXT_KEY));
        OpenEpoch memory opening = nextEpoch();
        bytes memory signature = signOpening(opening, NEXT_KEY);
        vm.prank(BOB);
        settlement.openEpoch(opening, signature);
        vm.assertEq(head().epoch, 2);
        vm.assertEq(head().signer, vm.addr(NEXT_KEY));
        vm.assertEq(head().batchNumber, 1);
    }

    /// Compare-and-swap: each word of the claim must be the chain's own.
    function test_RefusesAnyStaleWord() public {
        openFirstEpoch();
        acceptNext();
        registerSigner(vm.addr(NEXT_KEY));
        OpenEpoch memory opening = nextEpoch();
        opening.previousEpoch = 0;
        expectRefusal(opening, NEXT_KEY, abi.encodeWithSelector(Errors.UnexpectedEpoch.selector, 1, 0));
        opening = nextEpoch();
        opening.batchNumber = 0;
        expectRefusal(opening, NEXT_KEY, abi.encodeWithSelector(Errors.UnexpectedBatchNumber.selector, 1, 0));
        opening = nextEpoch();
        opening.lastSequence = 9;
        expectRefusal(opening, NEXT_KEY, abi.encodeWithSelector(Errors.UnexpectedSequence.selector, 10, 9));
        opening = nextEpoch();
        opening.stateRoot = GENESIS_ROOT;
        expectRefusal(
            opening,
            NEXT_KEY,
            abi.encodeWithSelector(Errors.StateRootMismatch.selector, head().stateRoot, GENESIS_ROOT)
        );
        opening = nextEpoch();
        opening.epoch = 1;
        expectRefusal(opening, NEXT_KEY, abi.encodeWithSelector(Errors.EpochNotNewer.selector, 1, 1));
    }

    function test_ASignerIsBoundToOneEpoch() public {
        openFirstEpoch();
        expectRefusal(nextEpoch(), SIGNER_KEY, abi.encodeWithSelector(Errors.SignerBound.selector, signer, 1));
    }

    function test_RefusesAnUnknownOrRevokedSigner() public {
        expectRefusal(nextEpoch(), SIGNER_KEY, abi.encodeWithSelector(Errors.InactiveSigner.selector, signer));
        registerSigner(signer);
        vm.prank(GUARDIAN);
        registry.revokeSigner(signer);
        expectRefusal(nextEpoch(), SIGNER_KEY, abi.encodeWithSelector(Errors.InactiveSigner.selector, signer));
    }

    function test_RefusesAnotherConfiguration() public {
        openFirstEpoch();
        bytes32 other = keccak256("somebody else's oracles");
        address next = vm.addr(NEXT_KEY);
        QuoteSpec memory spec = quoteSpec();
        spec.enclave.reportData = reportData(31_337, address(registry), next, BLOCK_HASH, other);
        Registration memory registration = registrationOf(next, build(spec));
        registration.configHash = other;
        registry.register(registration);
        expectRefusal(
            nextEpoch(), NEXT_KEY, abi.encodeWithSelector(Errors.ConfigMismatch.selector, CONFIG_HASH, other)
        );
    }

    function testFuzz_RefusesGarbageSignatures(bytes calldata signature) public {
        OpenEpoch memory opening = nextEpoch();
        vm.expectRevert();
        settlement.openEpoch(opening, signature);
    }

    /// ecrecover's zero address is nobody's signature.
    function test_RefusesAnUnrecoverableSignature() public {
        OpenEpoch memory opening = nextEpoch();
        vm.expectRevert(ECDSA.ECDSAInvalidSignature.selector);
        settlement.openEpoch(opening, abi.encodePacked(bytes32(0), bytes32(0), uint8(27)));
    }

    function testFuzz_OnlyTheExactClaimOpens(OpenEpoch memory opening) public {
        openFirstEpoch();
        acceptNext();
        registerSigner(vm.addr(NEXT_KEY));
        vm.assume(opening.stateRoot != head().stateRoot || opening.epoch <= 1);
        bytes memory signature = signOpening(opening, NEXT_KEY);
        vm.expectRevert();
        settlement.openEpoch(opening, signature);
    }
}
