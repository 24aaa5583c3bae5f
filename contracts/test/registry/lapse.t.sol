// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICertificates} from "../../src/interfaces/ICertificates.sol";
import {IEndorsements, TcbSignature} from "../../src/interfaces/IEndorsements.sol";
import {Registration} from "../../src/types/RegistryTypes.sol";
import {TcbInfoSpec} from "../builders/EndorsementBuilder.sol";
import {Venue} from "../builders/Venue.sol";

/// A signer stops when anything it rests on does, without anybody asking it to.
contract LapseTest is Venue {
    function serials(uint256 count, uint256 last) internal pure returns (uint256[] memory list) {
        list = new uint256[](count);
        for (uint256 i = 0; i < count; i++) {
            list[i] = 0x1000 + i;
        }
        list[count - 1] = last;
    }

    function test_APckOnTheListStopsAtOnce() public {
        registerSigner(signer);
        listRevoked(CA_KEY, "260902000000Z", serials(3, 0x9c0001));
        vm.assertFalse(registry.isActive(signer));
        Registration memory registration = registrationOf(BOB, build(quoteFor(BOB)));
        vm.expectPartialRevert(ICertificates.CertificateIsRevoked.selector);
        registry.register(registration);
    }

    function test_ACaOrASigningCertificateOnTheRootsListStopsAtOnce() public {
        registerSigner(signer);
        listRevoked(ROOT_KEY, "260902000000Z", serials(1, 0x7c0001));
        vm.assertFalse(registry.isActive(signer));
        // A later list without it is legal, and lifts it.
        listRevoked(ROOT_KEY, "260903000000Z", serials(1, 0xca0001));
        vm.assertFalse(registry.isActive(signer));
        listRevoked(ROOT_KEY, "260904000000Z", new uint256[](0));
        vm.assertTrue(registry.isActive(signer));
    }

    function test_OtherSerialsLeaveItAlone() public {
        registerSigner(signer);
        listRevoked(CA_KEY, "260902000000Z", serials(3, 0x9c0002));
        vm.assertTrue(registry.isActive(signer));
    }

    /// The look-up costs the same whether the list has one entry or two hundred.
    function test_TheLookUpDoesNotDependOnTheListsLength() public {
        registerSigner(signer);
        listRevoked(CA_KEY, "260902000000Z", serials(1, 0x123456));
        this.lookUpGas();
        uint256 short = this.lookUpGas();
        listRevoked(CA_KEY, "260903000000Z", serials(200, 0x123457));
        this.lookUpGas();
        vm.assertEq(this.lookUpGas(), short);
    }

    /// From outside, so that the test's own memory costs nothing.
    function lookUpGas() external view returns (uint256 spent) {
        spent = gasleft();
        registry.isActive(signer);
        spent -= gasleft();
    }

    function test_AnOlderOrTheSameListIsRefused() public {
        bytes memory list =
            crl(CA_KEY, "Test Platform CA", new uint256[](0), "260831000000Z", "491231235959Z");
        vm.expectPartialRevert(ICertificates.CrlNotNewer.selector);
        certificates.upsertCrl(list, keyOf(CA_KEY).x, keyOf(CA_KEY).y);
    }

    function test_ListsAreSignedByTheirIssuerAndCurrent() public {
        bytes memory list = crl(0xbad, "Test Platform CA", new uint256[](0), "260902000000Z", "491231235959Z");
        vm.expectRevert(ICertificates.CrlSignatureInvalid.selector);
        certificates.upsertCrl(list, keyOf(CA_KEY).x, keyOf(CA_KEY).y);
        list = crl(CA_KEY, "Test SGX Root CA", new uint256[](0), "260902000000Z", "491231235959Z");
        vm.expectPartialRevert(ICertificates.CrlIssuerMismatch.selector);
        certificates.upsertCrl(list, keyOf(CA_KEY).x, keyOf(CA_KEY).y);
        list = crl(CA_KEY, "Test Platform CA", new uint256[](0), "260902000000Z", "260903000000Z");
        vm.expectPartialRevert(ICertificates.CrlNotCurrent.selector);
        certificates.upsertCrl(list, keyOf(CA_KEY).x, keyOf(CA_KEY).y);
    }

    /// Expiry is the earliest end: here the TCB info's.
    function test_EndsWithItsTcbInfo() public {
        TcbInfoSpec memory spec = tcbInfoSpec();
        spec.issueDate = "2026-09-02T00:00:00Z";
        spec.nextUpdate = "2026-10-01T00:00:00Z";
        bytes memory text = build(spec);
        endorsements.upsertTcbInfo(text, tcbSignature(text));
        registerSigner(signer);
        vm.warp(1_790_812_800);
        vm.assertTrue(registry.isActive(signer));
        vm.warp(1_790_812_801);
        vm.assertFalse(registry.isActive(signer));
        vm.roll(1000);
        Registration memory registration = registrationOf(BOB, build(quoteFor(BOB)));
        vm.expectPartialRevert(IEndorsements.TcbInfoNotCurrent.selector);
        registry.register(registration);
    }

    function test_TcbInfoNeverGoesBack() public {
        TcbInfoSpec memory spec = tcbInfoSpec();
        spec.issueDate = "2026-09-02T00:00:00Z";
        spec.evaluationNumber = 16;
        bytes memory text = build(spec);
        TcbSignature memory signature = tcbSignature(text);
        vm.expectPartialRevert(IEndorsements.TcbInfoNotNewer.selector);
        endorsements.upsertTcbInfo(text, signature);
        spec.issueDate = "2026-08-31T00:00:00Z";
        spec.evaluationNumber = 18;
        text = build(spec);
        signature = tcbSignature(text);
        vm.expectPartialRevert(IEndorsements.TcbInfoNotNewer.selector);
        endorsements.upsertTcbInfo(text, signature);
    }

    /// Any changed byte of a signed text is refused, whatever it would have meant.
    function testFuzz_TextsAreSigned(uint256 position, uint8 bit) public {
        TcbInfoSpec memory spec = tcbInfoSpec();
        spec.evaluationNumber = 18;
        bytes memory text = build(spec);
        TcbSignature memory genuine = tcbSignature(text);
        position = bound(position, 0, text.length - 1);
        text[position] ^= bytes1(uint8(1 << (bit % 8)));
        vm.expectRevert(IEndorsements.TcbInfoSignatureInvalid.selector);
        endorsements.upsertTcbInfo(text, genuine);
    }
}
