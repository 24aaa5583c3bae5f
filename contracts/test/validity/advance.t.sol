// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ValidityPath} from "../../src/ValidityPath.sol";
import {IProofVerifier} from "../../src/interfaces/IProofVerifier.sol";
import {ISettlement} from "../../src/interfaces/ISettlement.sol";
import {IValidityPath} from "../../src/interfaces/IValidityPath.sol";
import {ValidityWords} from "../../src/libraries/ValidityWords.sol";
import {InboxEntry, InboxKind} from "../../src/types/InboxEntry.sol";
import {ProvenStep, ValidityConfig} from "../../src/types/ProvenStep.sol";
import {Venue} from "../builders/Venue.sol";

/// Says yes to one proof. What real proofs do is in test/e2e/proven-batch.test.ts.
contract WordVerifier is IProofVerifier {
    function verify(bytes calldata proof, bytes32[] calldata publicInputs) external pure returns (bool) {
        return keccak256(proof) == keccak256("proof") && publicInputs.length == 5;
    }
}

contract AdvanceTest is Venue {
    uint256 internal constant OPERATIONS = 3;
    uint256 internal constant ORACLE_KEY = 0x0a;
    ValidityPath internal path;

    function setUp() public override {
        super.setUp();
        path = new ValidityPath(settlement, new WordVerifier(), config());
        vm.prank(address(timelock));
        settlement.replaceValidityPath(address(path));
        openFirstEpoch();
    }

    function config() internal pure returns (ValidityConfig memory settings) {
        settings.instruments = 1;
        settings.operations = uint32(OPERATIONS);
        settings.proveAfter = 1 hours;
        settings.oracleThreshold = 1;
        settings.oracleSigners = new address[](1);
        settings.oracleSigners[0] = vm.addr(ORACLE_KEY);
    }

    /// A step of noops that fits where the chain stands.
    function step(uint256 entries) internal view returns (ProvenStep memory next) {
        next.words = new uint256[](6 + 2 * OPERATIONS);
        next.words[0] = path.domain();
        next.words[1] = block.timestamp * 1e6 | uint256(head().oracleRound) << 64;
        next.words[2] = uint256(path.fillsRoot());
        next.words[3] = next.words[2];
        next.words[4] = path.held();
        next.stateRootAfter = keccak256("proven");
        next.proof = "proof";
        next.entries = new InboxEntry[](entries);
    }

    function put(ProvenStep memory next, uint256 operation, uint256 first, uint256 second) internal pure {
        next.words[6 + 2 * operation] = first;
        next.words[7 + 2 * operation] = second;
    }

    function identity(address owner, uint8 subaccount) internal pure returns (uint256) {
        return (uint256(uint160(owner)) | uint256(subaccount) << 160) << 28;
    }

    function entryOf(InboxKind kind, address owner, uint64 amount, bytes32 data)
        internal
        view
        returns (InboxEntry memory)
    {
        return InboxEntry(kind, owner, 0, amount, data, uint64(block.timestamp));
    }

    function depositWord(address owner, uint256 amount, bool opens) internal pure returns (uint256) {
        return 1 | 1 << 4 | identity(owner, 0) | amount << 196 | (opens ? uint256(1) << 252 : 0);
    }

    function revoke() internal {
        vm.prank(GUARDIAN);
        registry.revokeSigner(signer);
    }

    function test_OpensWhenTheSignerIsRevokedOrSilentAndClosesWithTheNextEpoch() public {
        vm.assertFalse(path.isOpen());
        ProvenStep memory next = step(0);
        vm.expectRevert(abi.encodeWithSelector(IValidityPath.PathClosed.selector, NOW + 1 hours));
        path.advance(next);

        vm.warp(NOW + 1 hours);
        vm.assertTrue(path.isOpen());
        path.advance(step(0));
        vm.assertTrue(path.isOpen());

        signer = vm.addr(0xbeef);
        registerSigner(signer);
        bytes memory signature = signOpening(nextEpoch(), 0xbeef);
        settlement.openEpoch(nextEpoch(), signature);
        vm.assertFalse(path.isOpen());
    }

    function test_NeverOpensWhenFrozen() public {
        revoke();
        vm.prank(address(hatch));
        settlement.freeze();
        vm.assertFalse(path.isOpen());
        ProvenStep memory next = step(0);
        vm.expectRevert(IValidityPath.IsFrozen.selector);
        path.advance(next);
    }

    function test_MovesTheChain() public {
        revoke();
        path.advance(step(0));
        vm.assertEq(head().batchNumber, 1);
        vm.assertEq(head().stateRoot, keccak256("proven"));
        vm.assertEq(head().signer, address(0));
    }

    function test_RefusesAWrongProof() public {
        revoke();
        ProvenStep memory next = step(0);
        next.proof = "other";
        vm.expectRevert(IValidityPath.ProofInvalid.selector);
        path.advance(next);
    }

    function test_RefusesTimesOutOfRange() public {
        revoke();
        for (uint256 i = 0; i < 2; i++) {
            ProvenStep memory next = step(0);
            uint256 time = i == 0 ? block.timestamp + 61 : block.timestamp - 901;
            next.words[1] = time * 1e6;
            vm.expectRevert(
                abi.encodeWithSelector(
                    IValidityPath.TimeOutOfRange.selector, block.timestamp - 900, block.timestamp + 60, time
                )
            );
            path.advance(next);
        }
    }

    function test_ADepositOpensItsAccountExactlyIfItIsTheFirst() public {
        depositAs(ALICE, 5e6);
        depositAs(ALICE, 7e6);
        revoke();
        for (uint256 wrong = 0; wrong < 3; wrong++) {
            ProvenStep memory next = step(2);
            next.entries[0] = entryOf(InboxKind.Deposit, ALICE, 5e6, 0);
            next.entries[1] = entryOf(InboxKind.Deposit, ALICE, 7e6, 0);
            put(next, 0, depositWord(ALICE, 5e6, wrong != 0), 0);
            put(next, 1, depositWord(ALICE, 7e6, wrong == 1), 0);
            if (wrong < 2) {
                vm.expectRevert(
                    abi.encodeWithSelector(IValidityPath.EntryContradicted.selector, uint64(wrong))
                );
            }
            path.advance(next);
        }
        vm.assertEq(head().inboxCursor, 2);
        vm.assertEq(path.held(), 12e6);
    }

    function test_AForcedWithdrawalIsSkippedOnlyForWantOfAnAccount() public {
        vm.prank(BOB);
        inbox.forceWithdraw(0, 9);
        depositAs(BOB, 5e6);
        vm.prank(BOB);
        inbox.forceWithdraw(0, 9);
        revoke();
        ProvenStep memory next = step(3);
        next.entries[0] = entryOf(InboxKind.ForcedWithdraw, BOB, 9, 0);
        next.entries[1] = entryOf(InboxKind.Deposit, BOB, 5e6, 0);
        next.entries[2] = entryOf(InboxKind.ForcedWithdraw, BOB, 9, 0);
        put(next, 0, 4, 0);
        put(next, 1, depositWord(BOB, 5e6, true), 0);
        put(next, 2, 4, 0);
        vm.expectRevert(abi.encodeWithSelector(IValidityPath.EntryContradicted.selector, uint64(2)));
        path.advance(next);

        put(next, 2, 3 | 1 << 4 | identity(BOB, 0) | uint256(9) << 196, 9 | uint256(9) << 64);
        path.advance(next);
        vm.assertEq(settlement.outstanding(), 9);
        vm.assertEq(path.held(), 5e6 - 9);
    }

    function test_AKeyIsSkippedOnlyIfItIsNoFieldElement() public {
        depositAs(BOB, 5e6);
        vm.prank(BOB);
        inbox.registerKey(0, bytes32(uint256(7)), bytes32(ValidityWords.MODULUS));
        revoke();
        ProvenStep memory next = step(3);
        next.entries[0] = entryOf(InboxKind.Deposit, BOB, 5e6, 0);
        next.entries[1] = entryOf(InboxKind.RegisterKey, BOB, 0, bytes32(uint256(7)));
        next.entries[2] = entryOf(InboxKind.RegisterKey, BOB, 1, bytes32(ValidityWords.MODULUS));
        put(next, 0, depositWord(BOB, 5e6, true), 0);
        put(next, 1, 4, 0);
        put(next, 2, 4, 0);
        vm.expectRevert(abi.encodeWithSelector(IValidityPath.EntryContradicted.selector, uint64(1)));
        path.advance(next);

        put(next, 1, 5 | 1 << 4 | identity(BOB, 0), 7);
        path.advance(next);
        vm.assertEq(head().inboxCursor, 3);
    }

    function test_AForgedEntryHasNoBatch() public {
        depositAs(ALICE, 5e6);
        revoke();
        ProvenStep memory next = step(1);
        next.entries[0] = entryOf(InboxKind.Deposit, ALICE, 6e6, 0);
        put(next, 0, depositWord(ALICE, 6e6, true), 0);
        vm.expectPartialRevert(ISettlement.InboxHashMismatch.selector);
        path.advance(next);
    }

    function test_AnOverdueEntryCannotBeLeft() public {
        depositAs(ALICE, 5e6);
        vm.warp(NOW + 3 hours);
        ProvenStep memory next = step(0);
        vm.expectPartialRevert(ISettlement.ForcedCommandOverdue.selector);
        path.advance(next);
    }

    function test_NewPricesAreSigned() public {
        revoke();
        ProvenStep memory next = step(0);
        next.words[1] |= uint256(1) << 64;
        next.words[5] = 77;
        vm.expectRevert(
            abi.encodeWithSelector(IValidityPath.OracleSignaturesMissing.selector, uint256(1), uint256(0))
        );
        path.advance(next);

        uint256[] memory instruments = new uint256[](1);
        instruments[0] = 77;
        bytes32 digest = path.pricesDigest(1, uint64(next.words[1]), instruments);
        next.oracleSignatures = new bytes[](1);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(ORACLE_KEY, digest);
        next.oracleSignatures[0] = abi.encodePacked(r, s, v);
        path.advance(next);
        vm.assertEq(head().oracleRound, 1);
    }

    function test_AProverComesBeforeWhoeverFreezes() public {
        WordVerifier verifier = new WordVerifier();
        ValidityConfig memory settings = config();
        uint64 silenceMax = hatch.SILENCE_MAX();
        settings.proveAfter = uint32(silenceMax);
        vm.expectRevert(
            abi.encodeWithSelector(IValidityPath.ProveAfterSilence.selector, silenceMax, settings.proveAfter)
        );
        new ValidityPath(settlement, verifier, settings);

        settings.proveAfter -= 1;
        vm.assertEq(new ValidityPath(settlement, verifier, settings).PROVE_AFTER(), silenceMax - 1);
    }

    function test_ADevelopmentVerifierIsRefusedOffTheDevelopmentChain() public {
        IProofVerifier other = new WordVerifier();
        vm.chainId(1);
        vm.expectRevert(IValidityPath.DevelopmentVerifier.selector);
        new ValidityPath(settlement, other, config());
    }
}
