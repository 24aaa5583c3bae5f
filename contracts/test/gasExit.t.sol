// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BatchHeader} from "../src/types/BatchHeader.sol";
import {Head as SignedHead} from "../src/types/Head.sol";
import {InboxEntry, InboxKind} from "../src/types/InboxEntry.sol";
import {ProvenBatch} from "../src/types/ProvenBatch.sol";
import {CourtVenue} from "./builders/CourtVenue.sol";
import {FrozenVenue} from "./builders/FrozenVenue.sol";

/// Gas of leaving, whole transactions, in `snapshots/generated/gas.json`.
/// forge-config: default.isolate = true
contract ExitGasTest is FrozenVenue {
    function snapshot(string memory name, uint256 bar) internal {
        uint256 gasUsed = vm.snapshotGasLastCall("gas", name);
        vm.assertLe(gasUsed, bar, name);
    }

    /// Account 1 holds sixteen positions.
    function buildState() internal override {
        addAccount(address(0), 50e6);
        addAccount(ALICE, 400e6);
        addAccount(BOB, 550e6);
        for (uint256 i = 0; i < 16; i++) {
            uint16 id = addInstrument(int64(uint64(1_000_000 + i)), int96(uint96((3 << 32) + i)));
            addPosition(
                1, id, int64(uint64(1000 + i)), int64(uint64(1_000_000_000 + i)), -int96(uint96(i << 20))
            );
        }
    }

    function test_Entries() public {
        inbox.forceCancelAll(0);
        inbox.forceWithdraw(0, 5e6);
        snapshot("force_withdraw", 120_000);
        inbox.forceClose(0, 1);
        snapshot("force_close", 120_000);
        inbox.forceCancelAll(0);
        snapshot("force_cancel_all", 120_000);
        inbox.registerKey(0, keccak256("x"), keccak256("y"));
        snapshot("register_key", 180_000);
    }

    function test_Leaving() public {
        uint64 index = depositAs(BOB, 5e6);
        uint64 enteredAt = uint64(block.timestamp);
        vm.warp(block.timestamp + SILENCE_MAX + 1);
        hatch.freeze();
        snapshot("freeze", 120_000);
        hatch.splitRoot(accountsRoot(), instrumentsRoot(), venueWord());
        snapshot("split_root", 120_000);
        settleOne(1);
        snapshot("settle_instrument", 350_000);
        settleAll();
        snapshot("settle_15_more_instruments", 4_500_000);
        escapeOf(2);
        snapshot("escape_without_positions", 800_000);
        escapeOf(0);
        uint256 before = vm.snapshotState();
        escapeOf(1);
        snapshot("escape_16_positions", 1_200_000);
        endWindow();
        hatch.collect(2);
        snapshot("collect_first", 200_000);
        hatch.collect(1);
        snapshot("collect", 120_000);
        vm.revertToState(before);
        endWindow();
        escapeOf(1);
        snapshot("escape_16_positions_and_pay_first", 1_200_000);
        inbox.reclaim(index, InboxEntry(InboxKind.Deposit, BOB, 0, 5e6, 0, enteredAt));
        snapshot("reclaim", 150_000);
    }

    function settleOne(uint16 id) internal {
        uint16[] memory ids = new uint16[](1);
        uint256[9][] memory words = new uint256[9][](1);
        uint256[10][] memory paths = new uint256[10][](1);
        (ids[0], words[0], paths[0]) = (id, instrumentWords(id), instrumentPath(id));
        hatch.settleInstruments(ids, words, paths);
    }

    function test_Queue() public {
        depositAs(ALICE, 9_000_000e6);
        bytes32[] memory leaves = new bytes32[](2);
        (leaves[0], leaves[1]) = (withdrawalLeaf(0, BOB, 2_000_000e6), withdrawalLeaf(1, BOB, 5e6));
        uint64 number = acceptWithdrawals(leaves, 2_000_005e6);
        settlement.claim(headerOf[number], 0, BOB, 2_000_000e6, proofOf(leaves, 0));
        snapshot("claim_queued", 150_000);
        settlement.claim(headerOf[number], 1, BOB, 5e6, proofOf(leaves, 1));
        settlement.release(1);
        snapshot("release_part", 150_000);
        vm.warp(block.timestamp + 1 hours);
        settlement.release(1);
        vm.warp(block.timestamp + 1 hours);
        settlement.release(1);
        snapshot("release", 120_000);
    }

    function test_Proven() public {
        Head memory present = head();
        ProvenBatch memory batch = ProvenBatch({
            number: present.batchNumber + 1,
            stateRootBefore: present.stateRoot,
            stateRootAfter: keccak256("proven"),
            inboxCursor: inbox.length(),
            inboxHash: inbox.hashAt(inbox.length()),
            withdrawalsRoot: 0,
            withdrawalsTotal: 11e6,
            oracleRound: 1,
            closedAt: uint64(block.timestamp)
        });
        bytes32[] memory leaves = new bytes32[](2);
        (leaves[0], leaves[1]) = (withdrawalLeaf(0, ALICE, 5e6), withdrawalLeaf(1, BOB, 6e6));
        batch.withdrawalsRoot = rootOf(leaves);
        vm.prank(VALIDITY_PATH);
        settlement.acceptProven(batch);
        snapshot("accept_proven_with_withdrawals", 150_000);
        settlement.claimProven(batch, 1, BOB, 6e6, proofOf(leaves, 1));
        snapshot("claim_proven", 150_000);
    }
}

/// forge-config: default.isolate = true
contract CourtGasTest is CourtVenue {
    function snapshot(string memory name, uint256 bar) internal {
        uint256 gasUsed = vm.snapshotGasLastCall("gas", name);
        vm.assertLe(gasUsed, bar, name);
    }

    function test_Equivocation() public {
        SignedHead memory first = headAt(5);
        SignedHead memory second = SignedHead(1, 5, keccak256("another history"));
        bytes memory firstSignature = signHead(first, SIGNER_KEY);
        bytes memory secondSignature = signHead(second, SIGNER_KEY);
        vm.prank(REPORTER);
        court.proveEquivocation(first, firstSignature, second, secondSignature);
        snapshot("court_equivocation", 400_000);
    }

    function test_Contradiction() public {
        SignedHead memory signed = SignedHead(1, 8, keccak256("another history"));
        bytes memory signature = signHead(signed, SIGNER_KEY);
        vm.prank(REPORTER);
        court.proveContradiction(signed, signature, batch);
        snapshot("court_contradiction", 400_000);
    }

    /// A batch of a thousand records, challenged at its first: what the answer costs by the record.
    function test_Challenge() public {
        BatchHeader memory header = nextBatch();
        uint64 first = header.firstSequence;
        header.lastSequence = first + 1000;
        bytes32 chainHash = keccak256("head");
        SignedHead memory signed = SignedHead(1, first, chainHash);
        bytes32[] memory answer = new bytes32[](1000);
        for (uint256 i = 0; i < 1000; i++) {
            answer[i] = keccak256(abi.encode(i));
            chainHash = sha256(abi.encodePacked(chainHash, answer[i]));
        }
        header.chainHash = chainHash;
        accept(header, SIGNER_KEY);
        bytes memory signature = signHead(signed, SIGNER_KEY);
        token.mint(REPORTER, STAKE);
        vm.prank(REPORTER);
        token.approve(address(court), STAKE);
        vm.prank(REPORTER);
        uint256 id = court.challenge(signed, signature, header);
        snapshot("court_challenge", 400_000);
        uint256 before = vm.snapshotState();
        court.answer(id, first, answer);
        snapshot("court_answer_1000_records", 3_000_000);
        vm.revertToState(before);
        vm.warp(NOW + 1 days + 1);
        court.uphold(id);
        snapshot("court_uphold", 400_000);
    }
}
