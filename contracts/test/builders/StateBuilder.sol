// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Poseidon2} from "../../src/generated/Poseidon2.sol";
import {BatchHeader} from "../../src/types/BatchHeader.sol";
import {Withdrawals} from "./Withdrawals.sol";

/// The permutation behind a call: unrolled as it is, one copy is enough for all tests.
contract Permuter {
    function permute(uint256[4] memory state) external view returns (uint256[4] memory, uint256 gasUsed) {
        gasUsed = gasleft();
        Poseidon2.permute(state);
        gasUsed -= gasleft();
        return (state, gasUsed);
    }
}

struct Position {
    uint16 instrument;
    int64 size; // lots
    int64 cost;
    int96 fundingIndex;
}

struct Account {
    address owner;
    uint8 subaccount;
    int64 collateral;
    Position[] positions;
}

struct Instrument {
    uint16 id;
    int64 mark;
    int96 fundingIndex;
}

/// A whole committed state: accounts in the first eight leaves, instruments 1 to 19, and proofs out of both trees. Written anew here,
/// so that the contract's hashing and arithmetic are checked and not repeated.
abstract contract StateBuilder is Withdrawals {
    uint256 internal constant ACCOUNTS = 8; // the first, 0, is the insurance fund
    uint256 internal constant INSTRUMENTS = 20;

    uint64 internal constant ORACLE_ROUND = 77;

    Permuter internal permuter = new Permuter();
    Account[] internal accounts;
    Instrument[] internal instruments;
    uint256[] internal accountLeaves;
    uint256[] internal instrumentLeaves;

    function addAccount(address owner, int64 collateral) internal returns (Account storage account) {
        account = accounts.push();
        account.owner = owner;
        account.collateral = collateral;
    }

    function addPosition(uint256 index, uint16 instrument, int64 size, int64 cost, int96 fundingIndex)
        internal
    {
        accounts[index].positions.push(Position(instrument, size, cost, fundingIndex));
    }

    function addInstrument(int64 mark, int96 fundingIndex) internal returns (uint16 id) {
        id = uint16(instruments.length + 1);
        instruments.push(Instrument(id, mark, fundingIndex));
    }

    /// Hashes what was added. To be called once everything is there.
    function commitState() internal returns (bytes32 stateRoot) {
        delete accountLeaves;
        delete instrumentLeaves;
        for (uint256 i = 0; i < ACCOUNTS; i++) {
            accountLeaves.push(i < accounts.length ? hash(list(accountWords(i))) : 0);
        }
        for (uint256 i = 0; i < INSTRUMENTS; i++) {
            bool isListed = i != 0 && i <= instruments.length;
            instrumentLeaves.push(isListed ? hash(list(instrumentWords(uint16(i)))) : 0);
        }
        uint256[] memory parts = new uint256[](3);
        (parts[0], parts[1], parts[2]) = (accountsRoot(), instrumentsRoot(), venueWord());
        return bytes32(hash(parts));
    }

    function accountsRoot() internal view returns (uint256) {
        return rootFrom(accountLeaves, 24);
    }

    function instrumentsRoot() internal view returns (uint256) {
        return rootFrom(instrumentLeaves, 10);
    }

    function venueWord() internal view returns (uint256) {
        return ORACLE_ROUND | accounts.length << 64;
    }

    function accountWords(uint256 index) internal view returns (uint256[20] memory words) {
        Account memory account = accounts[index];
        words[0] = uint160(account.owner) | uint256(account.subaccount) << 160;
        words[3] = uint256(uint64(account.collateral)) | uint256(index + 3) << 64; // with a nonce, which is not money
        for (uint256 i = 0; i < account.positions.length; i++) {
            words[4 + i] = positionWord(account.positions[i]);
        }
    }

    function positionWord(Position memory position) internal pure returns (uint256) {
        return position.instrument | uint256(uint64(position.size)) << 16 | uint256(uint64(position.cost))
            << 80 | uint256(uint96(position.fundingIndex)) << 144;
    }

    function instrumentWords(uint16 id) internal view returns (uint256[9] memory words) {
        Instrument memory instrument = instruments[id - 1];
        words[0] = id | uint256(50_000) << 32 | uint256(25_000) << 64;
        words[1] = 1000;
        words[2] = uint256(uint64(instrument.mark)) | uint256(uint64(instrument.mark) + 5) << 64;
        words[3] = uint96(instrument.fundingIndex);
        words[4] = uint64(int64(-3)); // the pool, which nobody is paid from
    }

    function accountPath(uint256 index) internal view returns (uint256[24] memory path) {
        uint256[] memory siblings = siblingsOf(accountLeaves, index, 24);
        for (uint256 i = 0; i < 24; i++) {
            path[i] = siblings[i];
        }
    }

    function instrumentPath(uint16 id) internal view returns (uint256[10] memory path) {
        uint256[] memory siblings = siblingsOf(instrumentLeaves, id, 10);
        for (uint256 i = 0; i < 10; i++) {
            path[i] = siblings[i];
        }
    }

    /// Collateral, plus what each position would bring at the mark, less the funding it owes, rounded up: the engine's way, by division.
    function equityOf(uint256 index) internal view returns (int256 equity) {
        Account memory account = accounts[index];
        equity = account.collateral;
        for (uint256 i = 0; i < account.positions.length; i++) {
            Position memory position = account.positions[i];
            Instrument memory instrument = instruments[position.instrument - 1];
            int256 owed = int256(position.size) * (int256(instrument.fundingIndex) - position.fundingIndex);
            int256 floor = owed / 2 ** 32;
            if (owed > 0 && owed % 2 ** 32 != 0) floor += 1;
            equity += int256(position.size) * instrument.mark - position.cost - floor;
        }
    }

    function settleAll() internal {
        uint256 count = instruments.length;
        uint16[] memory ids = new uint16[](count);
        uint256[9][] memory words = new uint256[9][](count);
        uint256[10][] memory paths = new uint256[10][](count);
        for (uint256 i = 0; i < count; i++) {
            ids[i] = uint16(i + 1);
            words[i] = instrumentWords(ids[i]);
            paths[i] = instrumentPath(ids[i]);
        }
        hatch.settleInstruments(ids, words, paths);
    }

    function escapeOf(uint256 index) internal {
        hatch.escape(uint32(index), accountWords(index), accountPath(index));
    }

    /// One batch whose root is the committed state's, consuming the whole inbox.
    function acceptState() internal {
        BatchHeader memory header = nextBatch();
        header.stateRootAfter = commitState();
        accept(header, SIGNER_KEY);
    }

    /// One with withdrawals, whose root is `stateRoot`.
    function acceptRoot(bytes32[] memory leaves, bytes32 stateRoot, uint64 total) internal {
        BatchHeader memory header = nextBatch();
        header.stateRootAfter = stateRoot;
        header.withdrawalsRoot = rootOf(leaves);
        header.withdrawalsTotal = total;
        accept(header, SIGNER_KEY);
        headerOf[header.number] = header;
    }

    /// The venue goes silent, and anyone freezes it and opens the trees.
    function freezeAndSettle() internal {
        vm.warp(block.timestamp + SILENCE_MAX + 1);
        hatch.freeze();
        hatch.splitRoot(accountsRoot(), instrumentsRoot(), venueWord());
        settleAll();
    }

    function hash(uint256[] memory words) internal view returns (uint256) {
        uint256[4] memory state;
        state[3] = words.length << 64;
        for (uint256 i = 0; i < words.length; i++) {
            state[i % 3] = addmod(state[i % 3], words[i], Poseidon2.P);
            if (i % 3 == 2 || i + 1 == words.length) (state,) = permuter.permute(state);
        }
        return state[0];
    }

    function hash2(uint256 left, uint256 right) internal view returns (uint256) {
        uint256[4] memory state = [left, right, 0, 2 << 64];
        (state,) = permuter.permute(state);
        return state[0];
    }

    function rootFrom(uint256[] memory leaves, uint256 depth) internal view returns (uint256 node) {
        uint256[] memory siblings = siblingsOf(leaves, 0, depth);
        node = leaves[0];
        for (uint256 i = 0; i < depth; i++) {
            node = hash2(node, siblings[i]);
        }
    }

    /// Siblings of leaf `index`, from the leaf up; beyond the leaves there are empty subtrees.
    function siblingsOf(uint256[] memory leaves, uint256 index, uint256 depth)
        internal
        view
        returns (uint256[] memory siblings)
    {
        siblings = new uint256[](depth);
        uint256[] memory level = leaves;
        uint256 zero;
        for (uint256 i = 0; i < depth; i++) {
            siblings[i] = (index ^ 1) < level.length ? level[index ^ 1] : zero;
            uint256[] memory next = new uint256[]((level.length + 1) / 2);
            for (uint256 j = 0; j < next.length; j++) {
                next[j] = hash2(level[2 * j], 2 * j + 1 < level.length ? level[2 * j + 1] : zero);
            }
            (level, zero, index) = (next, hash2(zero, zero), index >> 1);
        }
    }

    function list(uint256[20] memory words) internal pure returns (uint256[] memory all) {
        all = new uint256[](20);
        for (uint256 i = 0; i < 20; i++) {
            all[i] = words[i];
        }
    }

    function list(uint256[9] memory words) internal pure returns (uint256[] memory all) {
        all = new uint256[](9);
        for (uint256 i = 0; i < 9; i++) {
            all[i] = words[i];
        }
    }
}
