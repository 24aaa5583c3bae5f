// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAttestationRegistry} from "../../src/interfaces/IAttestationRegistry.sol";
import {Registration} from "../../src/types/RegistryTypes.sol";
import {QuoteSpec} from "../builders/QuoteBuilder.sol";
import {Venue} from "../builders/Venue.sol";

/// An old quote, kept until the enclave's code has been broken, is brought out later.
contract StaleBlockHashAttack is Venue {
    function test_OlderThan256Blocks() public {
        Registration memory registration = registrationOf(signer, build(quoteFor(signer)));
        vm.roll(BLOCK_NUMBER + 257);
        vm.expectRevert(
            abi.encodeWithSelector(IAttestationRegistry.StaleBlock.selector, BLOCK_NUMBER, BLOCK_NUMBER + 257)
        );
        registry.register(registration);
    }

    function test_TheLast256AreFresh() public {
        vm.roll(BLOCK_NUMBER + 256);
        vm.setBlockhash(BLOCK_NUMBER, BLOCK_HASH);
        registry.register(registrationOf(signer, build(quoteFor(signer))));
        vm.assertTrue(registry.isActive(signer));
    }

    /// A recent number beside an old hash.
    function test_AnotherBlocksNumber() public {
        Registration memory registration = registrationOf(signer, build(quoteFor(signer)));
        registration.blockNumber = BLOCK_NUMBER + 1;
        vm.setBlockhash(BLOCK_NUMBER + 1, keccak256("another block"));
        vm.expectPartialRevert(IAttestationRegistry.ReportDataMismatch.selector);
        registry.register(registration);
    }

    /// A quote that names the zero hash must not meet a block whose hash the chain does not know.
    function testFuzz_UnknownBlocks(uint64 number) public {
        vm.assume(number >= 1000 || number < 1000 - 256);
        QuoteSpec memory spec = quoteSpec();
        spec.enclave.reportData = reportData(31_337, address(registry), signer, 0, CONFIG_HASH);
        Registration memory registration = registrationOf(signer, build(spec));
        registration.blockNumber = number;
        vm.expectRevert(abi.encodeWithSelector(IAttestationRegistry.StaleBlock.selector, number, 1000));
        registry.register(registration);
    }
}
