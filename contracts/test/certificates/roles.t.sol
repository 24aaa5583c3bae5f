// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Certificates} from "../../src/Certificates.sol";
import {ICertificates as Errors} from "../../src/interfaces/ICertificates.sol";
import {CertificateSpec} from "../builders/CertificateBuilder.sol";
import {Venue} from "../builders/Venue.sol";

/// Who may be what: root, CA, signing certificate and PCK leaf, each by name, rights and place in the chain.
contract CertificateRolesTest is Venue {
    /// A store that knows nothing but the root's key.
    function fresh() internal returns (Certificates) {
        return new Certificates(keyOf(ROOT_KEY), GUARDIAN);
    }

    function expectRootRefusal(CertificateSpec memory spec, bytes4 selector) internal {
        Certificates store = fresh();
        bytes memory der = build(spec);
        vm.expectPartialRevert(selector);
        store.registerRoot(der);
    }

    function test_TheRootIsPinnedSelfSignedNamedAndACa() public {
        CertificateSpec memory spec = rootSpec();
        spec.subjectKey = 0xbad;
        expectRootRefusal(spec, Errors.UnexpectedRoot.selector);
        spec = rootSpec();
        spec.issuerKey = 0xbad;
        expectRootRefusal(spec, Errors.CertificateSignatureInvalid.selector);
        spec = rootSpec();
        spec.issuer = "Another SGX Root CA";
        expectRootRefusal(spec, Errors.IssuerMismatch.selector);
        spec = rootSpec();
        spec.subject = "Test Root";
        spec.issuer = "Test Root";
        expectRootRefusal(spec, Errors.UnexpectedSubject.selector);
        spec = rootSpec();
        spec.extensions = bytes.concat(BASIC_CONSTRAINTS_LEAF, KEY_USAGE_CERT_SIGN);
        expectRootRefusal(spec, Errors.NotACa.selector);
        spec = rootSpec();
        spec.notAfter = "260101000000Z";
        expectRootRefusal(spec, Errors.CertificateNotValid.selector);
    }

    function test_NothingBeforeTheRoot() public {
        Certificates store = fresh();
        bytes memory der = build(caSpec());
        vm.expectRevert(Errors.UnknownRoot.selector);
        store.registerCa(der);
    }

    /// A root that allows no CA below it (path length 0) has none.
    function test_PathLength() public {
        Certificates store = fresh();
        CertificateSpec memory spec = rootSpec();
        spec.extensions = bytes.concat(BASIC_CONSTRAINTS_CA, KEY_USAGE_CERT_SIGN);
        store.registerRoot(build(spec));
        bytes memory der = build(caSpec());
        vm.expectRevert(abi.encodeWithSelector(Errors.PathTooLong.selector, 0, 1));
        store.registerCa(der);
        store.registerTcbSigner(build(tcbSignerSpec()));
    }

    function expectSignerRefusal(CertificateSpec memory spec, bytes4 selector) internal {
        spec.subjectKey = 0xa0c5;
        bytes memory der = build(spec);
        vm.expectPartialRevert(selector);
        certificates.registerTcbSigner(der);
    }

    function test_TheTcbSignerIsALeafOfTheRootByName() public {
        CertificateSpec memory spec = tcbSignerSpec();
        spec.subject = "Test SGX Signing";
        expectSignerRefusal(spec, Errors.UnexpectedSubject.selector);
        spec = tcbSignerSpec();
        spec.issuerKey = CA_KEY;
        expectSignerRefusal(spec, Errors.CertificateSignatureInvalid.selector);
        spec = tcbSignerSpec();
        spec.extensions = bytes.concat(BASIC_CONSTRAINTS_CA, KEY_USAGE_CERT_SIGN);
        expectSignerRefusal(spec, Errors.NotALeaf.selector);
        spec = tcbSignerSpec();
        spec.extensions = bytes.concat(BASIC_CONSTRAINTS_LEAF, KEY_USAGE_CERT_SIGN);
        expectSignerRefusal(spec, Errors.NotALeaf.selector);
        spec = tcbSignerSpec();
        spec.serial = 0x7c0002;
        vm.prank(GUARDIAN);
        certificates.revokeCertificate(keccak256(abi.encode(keyOf(ROOT_KEY))), 0x7c0002);
        expectSignerRefusal(spec, Errors.CertificateIsRevoked.selector);
    }

    function test_ThePckIsNamedAndSigns() public {
        CertificateSpec memory spec = pckSpec();
        spec.subjectKey = 0xa0c3;
        spec.subject = "Test PCK";
        bytes memory der = build(spec);
        (bytes32 x, bytes32 y) = (keyOf(CA_KEY).x, keyOf(CA_KEY).y);
        vm.expectPartialRevert(Errors.UnexpectedSubject.selector);
        certificates.registerPck(der, x, y);
        spec = pckSpec();
        spec.subjectKey = 0xa0c3;
        spec.extensions = sgxExtension(new bytes(6), 1);
        der = build(spec);
        vm.expectRevert(Errors.NotALeaf.selector);
        certificates.registerPck(der, x, y);
    }

    function test_OnlyTheGuardianRevokes() public {
        vm.expectRevert(abi.encodeWithSelector(Errors.NotGuardian.selector, GUARDIAN, address(this)));
        certificates.revokeCertificate(0, 1);
    }
}
