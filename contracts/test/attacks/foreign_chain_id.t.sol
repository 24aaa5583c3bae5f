// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAttestationRegistry} from "../../src/interfaces/IAttestationRegistry.sol";
import {Settlement} from "../../src/Settlement.sol";
import {BatchHeader, BatchHeaderLib} from "../../src/types/BatchHeader.sol";
import {OpenEpoch} from "../../src/types/OpenEpoch.sol";
import {Registration} from "../../src/types/RegistryTypes.sol";
import {QuoteSpec} from "../builders/QuoteBuilder.sol";
import {Venue} from "../builders/Venue.sol";

/// What was signed for one chain or deployment is offered to another.
contract ForeignChainIdAttack is Venue {
    function attempt(BatchHeader memory header, uint256 chainId, address verifyingContract)
        internal
        returns (bool isAccepted)
    {
        bytes32 structHash = keccak256(abi.encode(BatchHeaderLib.TYPEHASH, header));
        bytes memory signature = signTyped(structHash, chainId, verifyingContract, SIGNER_KEY);
        (isAccepted,) =
            address(settlement).call(abi.encodeCall(settlement.acceptBatch, (header, signature, DATA)));
    }

    function testFuzz_ABatchOfAnotherChain(uint64 chainId) public {
        openFirstEpoch();
        vm.assume(chainId != 31_337);
        vm.assertFalse(attempt(nextBatch(), chainId, address(settlement)));
        vm.assertTrue(attempt(nextBatch(), 31_337, address(settlement)));
    }

    function testFuzz_ABatchOfAnotherDeployment(address other) public {
        openFirstEpoch();
        vm.assume(other != address(settlement));
        vm.assertFalse(attempt(nextBatch(), 31_337, other));
    }

    /// A chain that forks off and changes its id takes no signature of the old one: the domain is not cached across ids.
    function test_AForkWithItsOwnId() public {
        openFirstEpoch();
        BatchHeader memory header = nextBatch();
        bytes memory signature = signBatch(header, SIGNER_KEY);
        vm.chainId(10_001);
        vm.expectRevert();
        settlement.acceptBatch(header, signature, DATA);
        vm.chainId(31_337);
        settlement.acceptBatch(header, signature, DATA);
    }

    function test_AnEpochOfAnotherDeployment() public {
        registerSigner(signer);
        OpenEpoch memory opening = nextEpoch();
        bytes memory signature = signOpening(opening, SIGNER_KEY);
        Settlement other = new Settlement(venueConfig(token));
        vm.expectRevert();
        other.openEpoch(opening, signature);
    }

    function testFuzz_AQuoteForAnotherChain(uint64 chainId) public {
        vm.assume(chainId != 31_337);
        QuoteSpec memory spec = quoteSpec();
        spec.enclave.reportData = reportData(chainId, address(registry), signer, BLOCK_HASH, CONFIG_HASH);
        Registration memory registration = registrationOf(signer, build(spec));
        vm.expectPartialRevert(IAttestationRegistry.ReportDataMismatch.selector);
        registry.register(registration);
    }

    function testFuzz_AQuoteForAnotherRegistry(address other) public {
        vm.assume(other != address(registry));
        QuoteSpec memory spec = quoteSpec();
        spec.enclave.reportData = reportData(31_337, other, signer, BLOCK_HASH, CONFIG_HASH);
        Registration memory registration = registrationOf(signer, build(spec));
        vm.expectPartialRevert(IAttestationRegistry.ReportDataMismatch.selector);
        registry.register(registration);
    }
}
