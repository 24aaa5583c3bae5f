// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CertificateSpec} from "./builders/CertificateBuilder.sol";
import {Withdrawals} from "./builders/Withdrawals.sol";
import {BatchHeader} from "../src/types/BatchHeader.sol";
import {OpenEpoch} from "../src/types/OpenEpoch.sol";
import {Registration} from "../src/types/RegistryTypes.sol";

/// Gas of whole transactions (intrinsic cost, calldata and cold storage included) in `snapshots/generated/gas.json`: a change there is a
/// diff that somebody approves. The bars are the project's.
/// forge-config: default.isolate = true
contract GasTest is Withdrawals {
    string internal constant GROUP = "gas";

    function snapshot(string memory name, uint256 bar) internal {
        uint256 gasUsed = vm.snapshotGasLastCall(GROUP, name);
        vm.assertLe(gasUsed, bar, name);
    }

    function test_Registration() public {
        CertificateSpec memory spec = caSpec();
        spec.subjectKey = 0xa0c2;
        spec.serial = 2;
        registry.registerCa(build(spec));
        snapshot("register_ca", 400_000);
        spec = pckSpec();
        spec.subjectKey = 0xa0c3;
        spec.serial = 2;
        registry.registerPck(build(spec), keyOf(CA_KEY).x, keyOf(CA_KEY).y);
        snapshot("register_pck", 400_000);
        Registration memory registration = registrationOf(signer, build(quoteFor(signer)));
        registry.register(registration);
        snapshot("register_signer", 300_000);
    }

    function test_Settlement() public {
        registerSigner(signer);
        OpenEpoch memory opening = nextEpoch();
        settlement.openEpoch(opening, signOpening(opening, SIGNER_KEY));
        snapshot("open_first_epoch", 200_000);
        acceptNext();

        token.mint(address(this), 100e6);
        token.approve(address(vault), 100e6);
        inbox.deposit(0, 10e6);
        inbox.deposit(0, 10e6);
        snapshot("deposit", 120_000);

        BatchHeader memory header = nextBatch();
        bytes memory signature = signBatch(header, SIGNER_KEY);
        settlement.acceptBatch(header, signature);
        snapshot("accept_batch", 120_000);

        // Sixteen withdrawals; the second of a word of the bitmap, to an owner who holds the token already.
        bytes32[] memory leaves = new bytes32[](16);
        for (uint256 i = 0; i < 16; i++) {
            leaves[i] = withdrawalLeaf(i, address(this), 1e6);
        }
        header = nextBatch();
        header.withdrawalsRoot = rootOf(leaves);
        signature = signBatch(header, SIGNER_KEY);
        settlement.acceptBatch(header, signature);
        snapshot("accept_batch_with_withdrawals", 120_000);
        settlement.claim(header.number, 0, address(this), 1e6, proofOf(leaves, 0));
        snapshot("claim_first_of_word", 120_000);
        settlement.claim(header.number, 1, address(this), 1e6, proofOf(leaves, 1));
        snapshot("claim", 90_000);
    }

    /// The slow path: something was removed since the signer registered, so every revocation is looked up.
    function test_AcceptBatchAfterARemoval() public {
        openFirstEpoch();
        acceptNext();
        vm.prank(GUARDIAN);
        registry.revokeCertificate(0, 1);
        BatchHeader memory header = nextBatch();
        bytes memory signature = signBatch(header, SIGNER_KEY);
        settlement.acceptBatch(header, signature);
        snapshot("accept_batch_after_a_removal", 120_000);
    }
}
