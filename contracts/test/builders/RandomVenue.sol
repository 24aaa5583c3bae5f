// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {InboxEntry, InboxKind} from "../../src/types/InboxEntry.sol";
import {BatchHeader} from "../../src/types/BatchHeader.sol";
import {StateBuilder} from "./StateBuilder.sol";

/// Random states that keep the engine's conservation: all equity together is what was deposited and not promised again, less a
/// little dust (docs/state.md: payers of funding are rounded up, receivers down).
abstract contract RandomVenue is StateBuilder {
    address internal constant CLAIMER = address(0xc1a1);
    address internal constant LATECOMER = address(0x1a7e);
    uint256 internal constant DUST_MAX = 5;

    uint256 internal random;
    uint64 internal promisedAmount;
    uint64 internal promisedBatch;
    uint64 internal lateIndex;
    uint64 internal lateAmount;
    uint64 internal lateAt;

    function setUp() public virtual override {
        super.setUp();
        openFirstEpoch();
    }

    function draw() internal returns (uint256) {
        random = uint256(keccak256(abi.encode(random)));
        return random >> 8;
    }

    function between(int256 low, int256 high) internal returns (int256) {
        return low + int256(draw() % uint256(high - low + 1));
    }

    /// Deposits, a batch with a random state and a promised withdrawal, and a deposit behind it.
    function buildRandom(uint256 seed) internal {
        random = seed;
        uint64 equity = uint64(uint256(between(1, 1e12)));
        promisedAmount = uint64(uint256(between(1, 1e12)));
        depositAs(LATECOMER, uint256(equity) + promisedAmount);
        shapeState(equity);
        acceptPromise();
        (lateAmount, lateAt) = (uint64(uint256(between(1, 1e12))), uint64(block.timestamp));
        lateIndex = depositAs(LATECOMER, lateAmount);
    }

    function acceptPromise() internal {
        BatchHeader memory header = nextBatch();
        header.stateRootAfter = commitState();
        header.withdrawalsRoot = withdrawalLeaf(0, CLAIMER, promisedAmount);
        header.withdrawalsTotal = promisedAmount;
        accept(header, SIGNER_KEY);
        headerOf[header.number] = header;
        promisedBatch = header.number;
    }

    /// Three to seven accounts with up to four positions each; the first trader's collateral makes the sum come out.
    function shapeState(uint64 equity) internal {
        delete accounts;
        delete instruments;
        uint256 listed = 1 + draw() % 4;
        for (uint256 i = 0; i < listed; i++) {
            addInstrument(int64(between(0, 1e6)), int96(between(-1e15, 1e15)));
        }
        uint256 count = 3 + draw() % 5;
        for (uint256 i = 0; i < count; i++) {
            addAccount(i == 0 ? address(0) : ownerAt(i), int64(between(-1e10, 1e10)));
            for (uint16 id = 1; id <= listed; id++) {
                if (draw() % 3 == 0) continue;
                int64 size = int64(between(-10_000, 10_000));
                addPosition(i, id, size, int64(between(-1e10, 1e10)), int96(between(-1e15, 1e15)));
            }
        }
        int256 lacking = int256(uint256(equity)) - int256(draw() % DUST_MAX);
        for (uint256 i = 0; i < count; i++) {
            lacking -= equityOf(i);
        }
        accounts[1].collateral += int64(lacking);
    }

    function ownerAt(uint256 index) internal pure returns (address) {
        return address(uint160(0x7000 + index));
    }

    /// What accounts have between them, by the chain's books.
    function spendable() internal view returns (uint256) {
        return inbox.creditedAt(head().inboxCursor) - settlement.promised();
    }

    /// What the promise of docs/exit.md pays an account when every debt was proven in time.
    function expectedOf(uint256 index) internal view returns (uint256) {
        int256 equity = equityOf(index);
        if (index == 0 || equity <= 0) return 0;
        uint256 held = spendable();
        int256 owed = int256(held) - (equityOf(0) > 0 ? equityOf(0) : int256(0));
        for (uint256 i = 0; i < accounts.length; i++) {
            if (equityOf(i) < 0) owed -= equityOf(i);
        }
        if (int256(held) >= owed) return uint256(equity);
        return uint256(equity) * held / uint256(owed);
    }

    /// Proves or collects, whichever is still to do. @return paid To the owner.
    function walkOut(uint256 index) internal returns (uint256 paid) {
        address owner = accounts[index].owner;
        uint256 before = token.balanceOf(owner);
        if (hatch.accountOf(uint32(index)).owner == address(0) && index != 0) escapeOf(index);
        else hatch.collect(uint32(index));
        return token.balanceOf(owner) - before;
    }

    function proveAll() internal {
        for (uint256 i = 0; i < accounts.length; i++) {
            escapeOf(i);
        }
    }

    function claimPromised() internal {
        settlement.claim(headerOf[promisedBatch], 0, CLAIMER, promisedAmount, new bytes32[](0));
        vm.assertEq(token.balanceOf(CLAIMER), promisedAmount);
    }

    function reclaimUnconsumed() internal {
        InboxEntry memory entry = InboxEntry(InboxKind.Deposit, LATECOMER, 0, lateAmount, 0, lateAt);
        inbox.reclaim(lateIndex, entry);
        vm.assertEq(token.balanceOf(LATECOMER), lateAmount);
    }

    function endWindow() internal {
        vm.warp(hatch.frozenAt() + DEFICIT_WINDOW + 1);
    }

    /// What is not the accounts' is still there.
    function checkApart() internal view {
        uint256 apart = uint256(settlement.outstanding()) + vault.unpaidTotal()
            + inbox.unconsumedDeposits(head().inboxCursor);
        vm.assertGe(token.balanceOf(address(vault)), apart, "set apart");
    }

    /// A random order of `count` things.
    function shuffled(uint256 count) internal returns (uint256[] memory order) {
        order = new uint256[](count);
        for (uint256 i = 0; i < count; i++) {
            order[i] = i;
        }
        for (uint256 i = count - 1; i > 0; i--) {
            uint256 j = draw() % (i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }
    }
}
