// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {SettledInstrument} from "../types/Exit.sol";

/// What an account is worth at the last settled marks, to the unit the engine counts in (docs/state.md, "Account leaf").
///
/// `equity = collateral + Σ (size × mark − cost) − Σ ceil(size × (funding index now − index of the position) / 2^32)`, perpetuals and
/// options alike. Nothing here can overflow: 64 by 64 and 64 by 97 bits, seventeen terms.
library Equity {
    uint256 internal constant POSITIONS = 16;
    /// A word's fields end here; what lies beyond must be zero.
    uint256 internal constant POSITION_BITS = 240;
    uint256 internal constant OWNER_BITS = 176;
    uint256 internal constant COLLATERAL_BITS = 128;

    /// Bits that no field of this word has.
    error LeafOutOfRange(uint256 word, uint256 value);
    error InstrumentNotSettled(uint16 instrument);

    /// @param words Of an account's leaf.
    function equityOf(uint256[20] calldata words, mapping(uint16 id => SettledInstrument) storage settled)
        internal
        view
        returns (int256 equity)
    {
        require(words[0] >> OWNER_BITS == 0, LeafOutOfRange(0, words[0]));
        require(words[3] >> COLLATERAL_BITS == 0, LeafOutOfRange(3, words[3]));
        equity = int64(uint64(words[3]));
        for (uint256 i = 4; i < 4 + POSITIONS; i++) {
            uint256 word = words[i];
            if (word == 0) continue;
            require(word >> POSITION_BITS == 0, LeafOutOfRange(i, word));
            uint16 instrument = uint16(word);
            SettledInstrument memory now_ = settled[instrument];
            require(now_.isSettled, InstrumentNotSettled(instrument));
            equity += value(word, now_);
        }
    }

    /// `size × mark − cost − funding owed` of one position.
    function value(uint256 word, SettledInstrument memory now_) internal pure returns (int256) {
        int256 size = int64(uint64(word >> 16));
        int256 cost = int64(uint64(word >> 80));
        int256 index = int96(uint96(word >> 144));
        return size * now_.mark - cost - ceilShift32(size * (int256(now_.fundingIndex) - index));
    }

    /// ceil(x / 2^32): an arithmetic shift rounds down, and the ceiling of x is minus the floor of minus x.
    function ceilShift32(int256 x) internal pure returns (int256) {
        return -((-x) >> 32);
    }
}
