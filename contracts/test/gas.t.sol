// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CertificateSpec} from "./builders/CertificateBuilder.sol";
import {LevelSpec, TcbInfoSpec} from "./builders/EndorsementBuilder.sol";
import {TdQuoteBuilder} from "./builders/TdQuoteBuilder.sol";
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
        certificates.registerCa(build(spec));
        snapshot("register_ca", 400_000);
        spec = pckSpec();
        spec.subjectKey = 0xa0c3;
        spec.serial = 2;
        certificates.registerPck(build(spec), keyOf(CA_KEY).x, keyOf(CA_KEY).y);
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
        settlement.acceptBatch(header, signature, DATA);
        snapshot("accept_batch", 120_000);

        // Sixteen withdrawals; the second of a word of the bitmap, to an owner who holds the token already.
        bytes32[] memory leaves = new bytes32[](16);
        for (uint256 i = 0; i < 16; i++) {
            leaves[i] = withdrawalLeaf(i, address(this), 1e6);
        }
        header = nextBatch();
        header.withdrawalsRoot = rootOf(leaves);
        header.withdrawalsTotal = 16e6;
        signature = signBatch(header, SIGNER_KEY);
        settlement.acceptBatch(header, signature, DATA);
        snapshot("accept_batch_with_withdrawals", 120_000);
        settlement.claim(header, 0, address(this), 1e6, proofOf(leaves, 0));
        snapshot("claim_first_of_word", 120_000);
        settlement.claim(header, 1, address(this), 1e6, proofOf(leaves, 1));
        snapshot("claim", 90_000);
    }

    /// The slow path: something was removed since the signer registered, so every revocation is looked up.
    function test_AcceptBatchAfterARemoval() public {
        openFirstEpoch();
        acceptNext();
        vm.prank(GUARDIAN);
        certificates.revokeCertificate(0, 1);
        BatchHeader memory header = nextBatch();
        bytes memory signature = signBatch(header, SIGNER_KEY);
        settlement.acceptBatch(header, signature, DATA);
        snapshot("accept_batch_after_a_removal", 125_000);
    }
}

/// Endorsements, and the registration of a TD.
/// forge-config: default.isolate = true
contract EndorsementGasTest is TdQuoteBuilder {
    string internal constant GROUP = "gas";

    function snapshot(string memory name, uint256 bar) internal {
        uint256 gasUsed = vm.snapshotGasLastCall(GROUP, name);
        vm.assertLe(gasUsed, bar, name);
    }

    function upsert(uint256 levels, bytes memory fmspc, uint256 evaluationNumber) internal {
        TcbInfoSpec memory spec = tdxInfoSpec();
        spec.fmspc = string(fmspc);
        spec.evaluationNumber = evaluationNumber;
        spec.levels = new LevelSpec[](levels);
        for (uint256 i = 0; i < levels; i++) {
            spec.levels[i] = LevelSpec(
                uint8(levels - i), 13, [uint8(4), 0, 2], "OutOfDateConfigurationNeeded", ADVISORIES
            );
        }
        bytes memory text = build(spec);
        endorsements.upsertTcbInfo(text, tcbSignature(text));
    }

    /// Ten ids, about what Intel's lower levels carry.
    string internal constant ADVISORIES =
        '"INTEL-SA-00106","INTEL-SA-00115","INTEL-SA-00135","INTEL-SA-00203","INTEL-SA-00220","INTEL-SA-00233","INTEL-SA-00270","INTEL-SA-00293","INTEL-SA-00320","INTEL-SA-00329"';

    function test_TcbInfo() public {
        upsert(4, "0000000000a1", 17);
        snapshot("tcb_info_4_levels_first", 2_000_000);
        upsert(4, "0000000000a1", 18);
        snapshot("tcb_info_4_levels_refresh", 2_000_000);
        upsert(19, "0000000000a2", 17);
        snapshot("tcb_info_19_levels_first", 8_000_000);
        upsert(19, "0000000000a2", 18);
        snapshot("tcb_info_19_levels_refresh", 8_000_000);
    }

    function test_RegisterTd() public {
        registry.register(registrationOf(signer, build(tdSpec())));
        snapshot("register_signer_tdx_v4", 300_000);
    }

    /// As long as Intel's list of July 2026.
    function test_Crl() public {
        uint256[] memory serials = new uint256[](129);
        for (uint256 i = 0; i < serials.length; i++) {
            serials[i] = uint256(keccak256(abi.encode(i))) >> 97;
        }
        listRevoked(CA_KEY, "260902000000Z", serials);
        snapshot("crl_129_entries_first", 16_777_216);
        listRevoked(CA_KEY, "260903000000Z", serials);
        snapshot("crl_129_entries_refresh", 16_777_216);
    }

    /// What a batch pays for the policy: the registry's answer, first when nothing was removed, then when something was.
    function test_IsActive() public {
        registerSigner(signer);
        registry.isActive(signer);
        snapshot("is_active", 60_000);
        vm.prank(GUARDIAN);
        certificates.revokeCertificate(0, 1);
        registry.isActive(signer);
        snapshot("is_active_after_a_removal", 60_000);
    }
}
