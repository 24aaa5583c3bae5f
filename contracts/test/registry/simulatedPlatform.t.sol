// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AttestationRegistry} from "../../src/AttestationRegistry.sol";
import {IAttestationRegistry} from "../../src/interfaces/IAttestationRegistry.sol";
import {TcbSignature} from "../../src/interfaces/IEndorsements.sol";
import {Measurement, P256Key, Registration, RegistryConfig} from "../../src/types/RegistryTypes.sol";
import {Venue} from "../builders/Venue.sol";

/// Evidence written by the simulated platform in TypeScript (`script/fixtures.ts`), not by this room's own builders: two writers
/// that agree on every byte, and a reader that believes neither.
contract SimulatedPlatformTest is Venue {
    string internal json;

    function setUp() public override {
        json = vm.readFile("test/fixtures/sgx-v3.json");
        vm.chainId(31_337);
        vm.warp(NOW);
        vm.roll(1000);
        vm.setBlockhash(BLOCK_NUMBER, vm.parseJsonBytes32(json, ".blockHash"));

        deployVerifier(key(".root"));
        RegistryConfig memory config = registryConfig();
        Measurement[] memory list = measurements();
        list[0].mrEnclave = vm.parseJsonBytes32(json, ".mrEnclave");
        list[0].mrSigner = vm.parseJsonBytes32(json, ".mrSigner");
        list[0].isvProdId = 1;
        list[0].isvSvnMin = 1;
        vm.prank(vm.parseJsonAddress(json, ".deployer"));
        registry = new AttestationRegistry(config, list);
        vm.assertEq(address(registry), vm.parseJsonAddress(json, ".registry"));
        signer = vm.parseJsonAddress(json, ".signer");
    }

    function key(string memory path) internal view returns (P256Key memory) {
        return abi.decode(vm.parseJsonBytes(json, path), (P256Key));
    }

    function registerPlatform() internal returns (bytes32 pckId) {
        certificates.registerRoot(vm.parseJsonBytes(json, ".rootCertificate"));
        certificates.registerCa(vm.parseJsonBytes(json, ".ca"));
        pckId = certificates.registerPck(vm.parseJsonBytes(json, ".pck"), key(".caKey").x, key(".caKey").y);
        certificates.registerTcbSigner(vm.parseJsonBytes(json, ".tcbSigner"));
        certificates.upsertCrl(vm.parseJsonBytes(json, ".rootCrl"), key(".root").x, key(".root").y);
        certificates.upsertCrl(vm.parseJsonBytes(json, ".pckCrl"), key(".caKey").x, key(".caKey").y);
        endorsements.upsertTcbInfo(vm.parseJsonBytes(json, ".tcbInfo"), jsonSignature(".tcbInfoSignature"));
        endorsements.upsertQeIdentity(
            vm.parseJsonBytes(json, ".qeIdentity"), jsonSignature(".qeIdentitySignature")
        );
    }

    function jsonSignature(string memory path) internal view returns (TcbSignature memory) {
        P256Key memory halves = key(path);
        return TcbSignature(key(".tcbSignerKey"), halves.x, halves.y);
    }

    function registration(string memory path) internal view returns (Registration memory) {
        return Registration({
            quote: vm.parseJsonBytes(json, path),
            pckKey: key(".pckKey"),
            signer: signer,
            encryptionKey: vm.parseJsonBytes32(json, ".encryptionKey"),
            blockNumber: BLOCK_NUMBER,
            configHash: vm.parseJsonBytes32(json, ".configHash")
        });
    }

    function test_IsAccepted() public {
        bytes32 pckId = registerPlatform();
        vm.assertEq(
            bytes32(certificates.pckOf(pckId).fmspc), bytes32(bytes6(vm.parseJsonBytes(json, ".fmspc")))
        );
        // Component 6 is 0x80: an INTEGER whose leading zero is not part of its value.
        vm.assertEq(
            bytes32(certificates.pckOf(pckId).components),
            bytes32(bytes16(0x05050204018000000000000000000000))
        );
        registry.register(registration(".quote"));
        vm.assertTrue(registry.isActive(signer));
    }

    function test_ItsDebugEnclaveIsNot() public {
        registerPlatform();
        Registration memory debug = registration(".debugQuote");
        vm.expectRevert(IAttestationRegistry.DebugEnclave.selector);
        registry.register(debug);
    }
}
