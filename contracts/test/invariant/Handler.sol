// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Withdrawals} from "../builders/Withdrawals.sol";
import {BatchHeader} from "../../src/types/BatchHeader.sol";
import {OpenEpoch} from "../../src/types/OpenEpoch.sol";

/// Drives one venue with random deposits, batches, claims, epochs, revocations and forgeries, and keeps the books apart.
contract Handler is Withdrawals {
    struct Withdrawal {
        uint64 batch;
        uint256 index;
        address owner;
        uint64 amount;
        bool isClaimed;
    }

    uint256 public deposited; // 1e-6 of the token
    uint256 public withdrawable; // in accepted batches
    uint256 public claimed;
    uint256 public deposits;
    uint256 public forgeriesAccepted;
    uint256 public doubleClaims;
    uint256 public discontinuities;

    uint256 internal key;
    uint256 internal keys = 0xe0c4;
    Withdrawal[] internal withdrawals;
    mapping(uint64 batch => bytes32[]) internal leavesOf;

    constructor() {
        setUp();
        key = SIGNER_KEY;
        openFirstEpoch();
    }

    function deposit(uint8 who, uint64 amount) external {
        amount = uint64(bound(amount, 1, 1e12));
        depositAs(ownerOf(who), amount);
        deposited += amount;
        deposits += 1;
    }

    /// A batch that pays out at most what has been deposited, consumed and not yet promised.
    function batch(uint8 count, uint64 amount, uint8 consumed, uint32 seconds_) external {
        vm.warp(block.timestamp + bound(seconds_, 0, 60));
        if (!registry.isActive(vm.addr(key))) return;
        BatchHeader memory header = nextBatch();
        header.inboxCursor = uint64(bound(consumed, head().inboxCursor, inbox.length()));
        header.inboxHash = inbox.hashAt(header.inboxCursor);
        uint256 size = bound(count, 0, 4);
        for (uint256 i = 0; i < size; i++) {
            uint256 free = inbox.creditedAt(header.inboxCursor) - withdrawable;
            if (free == 0) break;
            uint64 part = uint64(bound(amount, 1, free));
            address owner = ownerOf(uint8(i));
            leavesOf[header.number].push(withdrawalLeaf(i, owner, part));
            withdrawals.push(Withdrawal(header.number, i, owner, part, false));
            header.withdrawalsTotal += part;
            withdrawable += part;
        }
        if (leavesOf[header.number].length != 0) header.withdrawalsRoot = rootOf(leavesOf[header.number]);
        Head memory before = head();
        accept(header, key);
        headerOf[header.number] = header;
        checkContinuity(before);
    }

    /// Any header whatever, properly signed by the epoch's signer.
    function forgedBatch(BatchHeader memory header) external {
        Head memory before = head();
        bytes memory signature = signBatch(header, key);
        (bool isAccepted,) =
            address(settlement).call(abi.encodeCall(settlement.acceptBatch, (header, signature, DATA)));
        if (isAccepted) forgeriesAccepted += 1;
        checkContinuity(before);
    }

    /// The right header by the wrong key.
    function foreignBatch(uint256 wrongKey) external {
        wrongKey = bound(wrongKey, 1, 1e6);
        if (wrongKey == key) return;
        BatchHeader memory header = nextBatch();
        bytes memory signature = signBatch(header, wrongKey);
        (bool isAccepted,) =
            address(settlement).call(abi.encodeCall(settlement.acceptBatch, (header, signature, DATA)));
        if (isAccepted) forgeriesAccepted += 1;
    }

    function claim(uint256 pick) external {
        if (withdrawals.length == 0) return;
        Withdrawal storage withdrawal = withdrawals[bound(pick, 0, withdrawals.length - 1)];
        bytes32[] memory proof = proofOf(leavesOf[withdrawal.batch], withdrawal.index);
        bytes memory message = abi.encodeCall(
            settlement.claim,
            (headerOf[withdrawal.batch], withdrawal.index, withdrawal.owner, withdrawal.amount, proof)
        );
        (bool isPaid,) = address(settlement).call(message);
        if (isPaid && withdrawal.isClaimed) doubleClaims += 1;
        if (!isPaid && !withdrawal.isClaimed) discontinuities += 1;
        if (isPaid && !withdrawal.isClaimed) claimed += withdrawal.amount;
        withdrawal.isClaimed = true;
    }

    function newEpoch() external {
        uint256 next = ++keys;
        vm.roll(1000);
        vm.setBlockhash(BLOCK_NUMBER, BLOCK_HASH);
        registerSigner(vm.addr(next));
        OpenEpoch memory opening = nextEpoch();
        Head memory before = head();
        settlement.openEpoch(opening, signOpening(opening, next));
        if (head().epoch <= before.epoch || head().stateRoot != before.stateRoot) discontinuities += 1;
        key = next;
    }

    function revoke(uint8 die) external {
        if (die % 8 != 0) return;
        vm.prank(GUARDIAN);
        registry.revokeSigner(vm.addr(key));
        BatchHeader memory header = nextBatch();
        bytes memory signature = signBatch(header, key);
        (bool isAccepted,) =
            address(settlement).call(abi.encodeCall(settlement.acceptBatch, (header, signature, DATA)));
        if (isAccepted) forgeriesAccepted += 1;
    }

    function checkContinuity(Head memory before) internal {
        Head memory present = head();
        uint64 step = present.batchNumber - before.batchNumber;
        bool isLonger = present.lastSequence > before.lastSequence;
        if (step > 1 || (step == 1) != isLonger || present.inboxCursor < before.inboxCursor) {
            discontinuities += 1;
        }
    }

    function ownerOf(uint8 who) internal pure returns (address) {
        return who % 2 == 0 ? ALICE : BOB;
    }

    /// What the tests look at.
    function balances()
        external
        view
        returns (uint256 held, uint256 unpaid, uint256 entries, uint256 cursor)
    {
        return (
            token.balanceOf(address(vault)),
            uint256(vault.unpaidOf(ALICE)) + vault.unpaidOf(BOB),
            inbox.length(),
            head().inboxCursor
        );
    }

    /// Claimed and not in the queue any more.
    function paid() external view returns (uint256) {
        return settlement.promised() - settlement.outstanding();
    }

    function isBoundToOneEpoch() external view returns (bool) {
        return settlement.epochOf(head().signer) == head().epoch;
    }
}
