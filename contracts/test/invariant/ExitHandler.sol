// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEscapeHatch} from "../../src/interfaces/IEscapeHatch.sol";
import {BatchHeader} from "../../src/types/BatchHeader.sol";
import {ExitStatus, ProvenAccount} from "../../src/types/Exit.sol";
import {InboxEntry, InboxKind} from "../../src/types/InboxEntry.sol";
import {ProvenBatch} from "../../src/types/ProvenBatch.sol";
import {RandomVenue} from "../builders/RandomVenue.sol";

/// One venue with accounts and positions, driven through deposits, batches, silence, freeze and exits in any order the fuzzer likes.
/// It keeps the books apart, by the formulas of docs/exit.md and not by the contracts'.
contract ExitHandler is RandomVenue {
    struct Deposit {
        uint64 index;
        address owner;
        uint64 amount;
        uint64 enteredAt;
        bool isReclaimed;
    }

    struct Promise {
        uint64 batch;
        uint64 amount;
        bool isClaimed;
        bool isProven;
    }

    uint256 public wrongs; // things that happened and must not
    string public what;
    uint256 public deposited;
    uint256 public firstBatchAt;
    bytes32 public frozenRoot;
    uint256 public exits;
    mapping(uint256 account => bool) internal isProvenInTime;

    Deposit[] internal deposits;
    Promise[] internal promises;
    mapping(uint64 number => ProvenBatch) internal provenOf;
    uint256 internal provenPaid;

    constructor() {
        setUp();
        firstBatchAt = block.timestamp;
        _deposit(1e9);
        random = 1;
        _batch(1);
    }

    function wrong(string memory reason) internal {
        wrongs += 1;
        what = reason;
    }

    function attempt(address target, bytes memory message) internal returns (bool isDone) {
        (isDone,) = target.call(message);
    }

    function deposit(uint64 amount) external {
        amount = uint64(bound(amount, 1, 1e12));
        if (settlement.isFrozen()) {
            if (attempt(address(inbox), abi.encodeCall(inbox.forceCancelAll, (0)))) {
                wrong("entry after freeze");
            }
            return;
        }
        _deposit(amount);
    }

    function _deposit(uint64 amount) internal {
        address owner = address(uint160(0x9000 + deposits.length % 3));
        uint64 index = depositAs(owner, amount);
        deposits.push(Deposit(index, owner, amount, uint64(block.timestamp), false));
        deposited += amount;
    }

    function force(uint64 amount) external {
        if (!settlement.isFrozen()) inbox.forceWithdraw(0, amount | 1);
    }

    /// A new state over all that was deposited, with a withdrawal promised out of it; consuming some or all of the inbox.
    function batch(uint256 seed, bool isWhole) external {
        random = seed;
        if (settlement.isFrozen() || !registry.isActive(signer)) return;
        uint64 cursor = isWhole ? inbox.length() : uint64(bound(seed, head().inboxCursor, inbox.length()));
        // Proven now and then, and from then on always: the signer does not know that state.
        if (head().signer == address(0) || seed % 8 == 7) _prove(cursor);
        else _batch(cursor);
    }

    /// As `_batch`, moved by the validity path.
    function _prove(uint64 cursor) internal {
        Head memory present = head();
        uint64 free = inbox.creditedAt(cursor) - settlement.promised();
        uint64 part = draw() % 2 == 0 ? 0 : uint64(draw() % (free / 2 + 1));
        shape(free - part);
        ProvenBatch memory proven = ProvenBatch({
            number: present.batchNumber + 1,
            stateRootBefore: present.stateRoot,
            stateRootAfter: commitState(),
            inboxCursor: cursor,
            inboxHash: inbox.hashAt(cursor),
            withdrawalsRoot: part == 0 ? bytes32(0) : withdrawalLeaf(0, CLAIMER, part),
            withdrawalsTotal: part,
            oracleRound: present.oracleRound,
            closedAt: uint64(block.timestamp)
        });
        bool isDue = block.timestamp > inbox.dueAt(cursor);
        vm.prank(VALIDITY_PATH);
        bool isDone = attempt(address(settlement), abi.encodeCall(settlement.acceptProven, (proven)));
        if (isDone == isDue) wrong("deadline of a proof");
        if (!isDone) return restore();
        (acceptedFrom, acceptedFor) = (shapedFrom, shapedFor);
        provenOf[proven.number] = proven;
        if (part != 0) promises.push(Promise(proven.number, part, false, true));
    }

    function _batch(uint64 cursor) internal {
        BatchHeader memory header = nextBatch();
        (header.inboxCursor, header.inboxHash) = (cursor, inbox.hashAt(cursor));
        uint64 free = inbox.creditedAt(cursor) - settlement.promised();
        uint64 part = draw() % 2 == 0 ? 0 : uint64(draw() % (free / 2 + 1));
        shape(free - part);
        header.stateRootAfter = commitState();
        if (part != 0) {
            header.withdrawalsRoot = withdrawalLeaf(0, CLAIMER, part);
            header.withdrawalsTotal = part;
        }
        bool isDue = block.timestamp > inbox.dueAt(cursor);
        bytes memory signature = signBatch(header, SIGNER_KEY);
        bool isDone =
            attempt(address(settlement), abi.encodeCall(settlement.acceptBatch, (header, signature, DATA)));
        if (isDone == isDue) wrong("deadline");
        if (!isDone) return restore();
        (acceptedFrom, acceptedFor) = (shapedFrom, shapedFor);
        headerOf[header.number] = header;
        if (part != 0) promises.push(Promise(header.number, part, false, false));
    }

    /// A state that was shaped and not accepted is replaced by the last accepted one, made again from its seed.
    uint256 internal shapedFrom;
    uint64 internal shapedFor;
    uint256 internal acceptedFrom;
    uint64 internal acceptedFor;

    function shape(uint64 equity) internal {
        (shapedFrom, shapedFor) = (random, equity);
        shapeState(equity);
    }

    function restore() internal {
        uint256 present = random;
        random = acceptedFrom;
        shapeState(acceptedFor);
        commitState();
        random = present;
    }

    function wait(uint32 time) external {
        vm.warp(block.timestamp + bound(time, 1, 8 hours));
    }

    function claim(uint256 pick) external {
        if (promises.length == 0) return;
        Promise storage owed = promises[pick % promises.length];
        bytes32[] memory none = new bytes32[](0);
        bytes memory message = owed.isProven
            ? abi.encodeCall(settlement.claimProven, (provenOf[owed.batch], 0, CLAIMER, owed.amount, none))
            : abi.encodeCall(settlement.claim, (headerOf[owed.batch], 0, CLAIMER, owed.amount, none));
        uint256 before = token.balanceOf(CLAIMER);
        bool isDone = attempt(address(settlement), message);
        // No cap and no queue stands between a proven withdrawal and its owner.
        if (owed.isProven && isDone && token.balanceOf(CLAIMER) != before + owed.amount) wrong("proven");
        if (owed.isProven && isDone) provenPaid += owed.amount;
        if (isDone == owed.isClaimed) wrong("claim");
        owed.isClaimed = true;
    }

    function release(uint8 count) external {
        (uint64 first, uint64 next) = settlement.queue();
        bool isPossible = first != next && settlement.outflowRoom() != 0;
        bool isDone = attempt(address(settlement), abi.encodeCall(settlement.release, (count)));
        if (isDone != isPossible) wrong("release");
    }

    function freeze() external {
        bool isDue = hatch.freezeReason() != IEscapeHatch.FreezeReason.None;
        bool isDone = attempt(address(hatch), abi.encodeCall(hatch.freeze, ()));
        if (isDone != isDue) wrong("freeze");
        if (isDone) frozenRoot = head().stateRoot;
    }

    /// The fuzzer seldom waits a day on end by itself.
    function fallSilent() external {
        if (settlement.isFrozen()) return;
        vm.warp(block.timestamp + SILENCE_MAX + 1);
        hatch.freeze();
        frozenRoot = head().stateRoot;
    }

    function openTrees() external {
        if (!settlement.isFrozen()) return;
        hatch.splitRoot(accountsRoot(), instrumentsRoot(), venueWord());
        settleAll();
    }

    function prove(uint256 pick) external {
        if (hatch.accountsRoot() == 0 || !hatch.instrumentOf(1).isSettled) return;
        uint256 index = pick % accounts.length;
        bytes memory message =
            abi.encodeCall(hatch.escape, (uint32(index), accountWords(index), accountPath(index)));
        bool isNew = hatch.accountOf(uint32(index)).status == ExitStatus.None;
        bool isInTime = block.timestamp <= hatch.frozenAt() + DEFICIT_WINDOW;
        uint256 before = token.balanceOf(accounts[index].owner);
        bool isDone = attempt(address(hatch), message);
        if (isDone != isNew) wrong("escape");
        if (isDone) isProvenInTime[index] = isInTime;
        checkPayment(index, before);
    }

    function proveDebts() external {
        if (hatch.accountsRoot() == 0 || !hatch.instrumentOf(1).isSettled) return;
        for (uint256 i = 0; i < accounts.length; i++) {
            if (i != 0 && equityOf(i) >= 0) continue;
            if (hatch.accountOf(uint32(i)).status != ExitStatus.None) continue;
            isProvenInTime[i] = block.timestamp <= hatch.frozenAt() + DEFICIT_WINDOW;
            escapeOf(i);
        }
    }

    function collect(uint256 pick) external {
        uint256 index = pick % accounts.length;
        ProvenAccount memory account = hatch.accountOf(uint32(index));
        bool isPossible = account.status == ExitStatus.Proven && hatch.accountOf(0).status != ExitStatus.None
            && block.timestamp > hatch.frozenAt() + DEFICIT_WINDOW;
        uint256 before = token.balanceOf(accounts[index].owner);
        bool isDone = attempt(address(hatch), abi.encodeCall(hatch.collect, (uint32(index))));
        if (isDone != isPossible) wrong("collect");
        checkPayment(index, before);
    }

    function reclaim(uint256 pick) external {
        Deposit storage entry = deposits[pick % deposits.length];
        InboxEntry memory words =
            InboxEntry(InboxKind.Deposit, entry.owner, 0, entry.amount, 0, entry.enteredAt);
        bool isPossible = settlement.isFrozen() && !entry.isReclaimed && entry.index >= head().inboxCursor;
        bool isDone = attempt(address(inbox), abi.encodeCall(inbox.reclaim, (entry.index, words)));
        if (isDone != isPossible) wrong("reclaim");
        if (isDone) entry.isReclaimed = true;
    }

    /// Frozen: a batch, genuinely signed, changes nothing.
    function batchAfterFreeze() external {
        if (!settlement.isFrozen()) return;
        BatchHeader memory header = nextBatch();
        bytes memory signature = signBatch(header, SIGNER_KEY);
        bytes memory message = abi.encodeCall(settlement.acceptBatch, (header, signature, DATA));
        if (attempt(address(settlement), message)) wrong("batch after freeze");
    }

    /// Exact to the unit, if every debt was proven in time; never more than the equity in any case.
    function checkPayment(uint256 index, uint256 before) internal {
        if (index == 0) return;
        uint256 paid = token.balanceOf(accounts[index].owner) - before;
        if (hatch.accountOf(uint32(index)).status != ExitStatus.Paid) {
            if (paid != 0) wrong("paid unproven");
            return;
        }
        if (before != 0 && paid != 0) wrong("paid twice");
        if (paid != 0) exits += 1;
        int256 equity = equityOf(index);
        if (paid > 0 && (equity <= 0 || paid > uint256(equity))) wrong("more than equity");
        if (isEveryDebtProven() && token.balanceOf(accounts[index].owner) != expectedOf(index)) {
            wrong("not exact");
        }
    }

    function isEveryDebtProven() internal view returns (bool) {
        for (uint256 i = 0; i < accounts.length; i++) {
            if (equityOf(i) < 0 && !isProvenInTime[i]) return false;
        }
        return true;
    }

    // What the invariants look at.

    function balances() external view returns (uint256 held, uint256 apart, uint256 available) {
        apart = uint256(settlement.outstanding()) + vault.unpaidTotal()
            + inbox.unconsumedDeposits(head().inboxCursor);
        return (token.balanceOf(address(vault)), apart, hatch.available());
    }

    function exitsPaid() external view returns (uint256 sum, uint256 books) {
        for (uint256 i = 1; i < accounts.length; i++) {
            sum += token.balanceOf(accounts[i].owner);
        }
        return (sum, spendable());
    }

    function isRootFinal() external view returns (bool) {
        return !settlement.isFrozen() || head().stateRoot == frozenRoot;
    }

    /// Served, or not yet late beyond the grace, or freezable, or frozen.
    function isServedOrFreezable() external view returns (bool) {
        uint64 dueAt = inbox.dueAt(head().inboxCursor);
        bool isLate = dueAt != type(uint64).max && block.timestamp > dueAt + FREEZE_GRACE;
        return !isLate || settlement.isFrozen() || hatch.freezeReason() != IEscapeHatch.FreezeReason.None;
    }

    /// A cap at once, and what leaked in since; a freeze lifts it.
    function isWithinCap() external view returns (bool) {
        if (settlement.isFrozen()) return true;
        uint256 paid = settlement.promised() - settlement.outstanding() - provenPaid;
        uint256 cap = deposited / 10 > 1_000_000e6 ? deposited / 10 : 1_000_000e6;
        return paid <= cap + (block.timestamp - firstBatchAt) * cap / 1 hours;
    }
}
