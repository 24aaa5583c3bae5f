// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DcapQuote} from "../../src/libraries/DcapQuote.sol";
import {Registration} from "../../src/types/RegistryTypes.sol";
import {QuoteSpec} from "../builders/QuoteBuilder.sol";
import {Venue} from "../builders/Venue.sol";

/// The attacker holds a genuine quote and wants it to say something else.
contract TamperedQuoteAttack is Venue {
    function attempt(bytes memory quote) internal returns (bool isAccepted) {
        Registration memory registration = registrationOf(signer, quote);
        (isAccepted,) = address(registry).call(abi.encodeCall(registry.register, (registration)));
    }

    /// Any bit of any byte that is signed, signs, or frames. Bytes 432 to 435 are the only ones outside every signature: they
    /// repeat the length of what follows and mean nothing.
    function testFuzz_FlippedBit(uint256 position, uint8 bit) public {
        bytes memory quote = build(quoteFor(signer));
        position = bound(position, 0, quote.length - 5);
        if (position >= 432) position += 4;
        quote[position] ^= bytes1(uint8(1 << (bit % 8)));
        vm.assertFalse(attempt(quote));
    }

    /// Every byte once, not only those a fuzzer happens on.
    function test_EveryByte() public {
        bytes memory quote = build(quoteFor(signer));
        for (uint256 position = 0; position < quote.length; position++) {
            if (position >= 432 && position < 436) continue;
            quote[position] ^= 0x01;
            vm.assertFalse(attempt(quote));
            quote[position] ^= 0x01;
        }
        vm.assertTrue(attempt(quote));
    }

    /// Another enclave's report under a genuine signature.
    function test_SwappedReport() public {
        bytes memory quote = build(quoteFor(signer));
        QuoteSpec memory spec = quoteFor(signer);
        spec.enclave.isvSvn = 9;
        bytes memory other = build(spec);
        for (uint256 i = 48; i < 432; i++) {
            quote[i] = other[i];
        }
        Registration memory registration = registrationOf(signer, quote);
        vm.expectRevert(DcapQuote.QuoteSignatureInvalid.selector);
        registry.register(registration);
    }

    /// The attacker's own attestation key, beside a genuine quoting enclave's report for another.
    function test_SwappedAttestationKey() public {
        QuoteSpec memory spec = quoteFor(signer);
        bytes memory genuine = build(spec);
        spec.attestationKey = 0xbad;
        bytes memory quote = build(spec);
        for (uint256 i = 564; i < genuine.length; i++) {
            quote[i] = genuine[i];
        }
        Registration memory registration = registrationOf(signer, quote);
        vm.expectPartialRevert(DcapQuote.AttestationKeyUnbound.selector);
        registry.register(registration);
    }

    /// A signature of zeros, and one outside the group, verify nothing.
    function test_DegenerateSignatures() public {
        bytes memory quote = build(quoteFor(signer));
        for (uint256 i = 436; i < 500; i++) {
            quote[i] = 0;
        }
        vm.assertFalse(attempt(quote));
        for (uint256 i = 436; i < 500; i++) {
            quote[i] = 0xff;
        }
        vm.assertFalse(attempt(quote));
    }
}
