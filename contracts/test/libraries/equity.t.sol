// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Equity} from "../../src/libraries/Equity.sol";
import {SettledInstrument} from "../../src/types/Exit.sol";
import {Position, StateBuilder} from "../builders/StateBuilder.sol";

contract Appraiser {
    mapping(uint16 id => SettledInstrument) internal settled;

    function settle(uint16 id, int64 mark, int96 fundingIndex) external {
        settled[id] = SettledInstrument(mark, fundingIndex, true);
    }

    function equityOf(uint256[20] calldata words) external view returns (int256) {
        return Equity.equityOf(words, settled);
    }

    function ceilShift32(int256 x) external pure returns (int256) {
        return Equity.ceilShift32(x);
    }
}

contract EquityTest is StateBuilder {
    Appraiser internal appraiser;

    function setUp() public override {
        appraiser = new Appraiser();
    }

    function check(int64 collateral, Position memory position, int64 mark, int96 index, int256 expected)
        internal
    {
        appraiser.settle(position.instrument, mark, index);
        uint256[20] memory words;
        words[0] = uint160(ALICE);
        words[3] = uint64(collateral);
        words[4] = positionWord(position);
        vm.assertEq(uint256(appraiser.equityOf(words)), uint256(expected));
    }

    function test_ByHand() public {
        int96 one = 1 << 32;
        // Long 10 bought for 1,000, marked at 120: gains 200. Funding index up by 3: pays 30.
        check(500, Position(1, 10, 1000, 0), 120, 3 * one, 500 + 200 - 30);
        // Short 10 sold for 1,000: loses 200, receives 30.
        check(500, Position(1, -10, -1000, 0), 120, 3 * one, 500 - 200 + 30);
        // Half a unit of funding: who pays, pays one; who receives, receives none.
        check(0, Position(2, 1, 0, 0), 0, one / 2, -1);
        check(0, Position(2, -1, 0, 0), 0, one / 2, 0);
        check(0, Position(2, -3, 0, 0), 0, one / 2, 1);
        check(0, Position(2, 3, 0, one / 2), 0, 0, 1);
        // An option sold for 40 that ends worth nothing; collateral below zero while the position carries it.
        check(-7, Position(9, -2, -40, 0), 0, 0, 33);
        check(type(int64).min, Position(9, 0, 0, 0), 5, 5, type(int64).min);
    }

    function test_TheEdgesOfEveryField() public {
        int256 size = type(int64).min;
        int256 mark = type(int64).max;
        int256 delta = int256(type(int96).max) - type(int96).min;
        int256 owed = -(size * delta >= 0 ? size * delta : -size * delta) / 2 ** 32;
        check(
            type(int64).min,
            Position(1023, type(int64).min, type(int64).max, type(int96).min),
            type(int64).max,
            type(int96).max,
            int256(type(int64).min) + size * mark - type(int64).max - owed
        );
    }

    function test_RefusesAnInstrumentThatIsNotSettled() public {
        uint256[20] memory words;
        words[19] = positionWord(Position(5, 1, 0, 0));
        vm.expectRevert(abi.encodeWithSelector(Equity.InstrumentNotSettled.selector, 5));
        appraiser.equityOf(words);
    }

    function testFuzz_RefusesBitsNobodyReads(uint8 where, uint8 bit) public {
        uint256[20] memory words;
        where = uint8(bound(where, 4, 19));
        words[where] = 1 << bound(bit, 240, 255);
        vm.expectRevert(abi.encodeWithSelector(Equity.LeafOutOfRange.selector, where, words[where]));
        appraiser.equityOf(words);
        words[where] = 0;
        words[0] = 1 << bound(bit, 176, 255);
        vm.expectRevert(abi.encodeWithSelector(Equity.LeafOutOfRange.selector, 0, words[0]));
        appraiser.equityOf(words);
        words[0] = 0;
        words[3] = 1 << bound(bit, 128, 255);
        vm.expectRevert(abi.encodeWithSelector(Equity.LeafOutOfRange.selector, 3, words[3]));
        appraiser.equityOf(words);
    }

    /// An empty slot in the middle hides nothing behind it.
    function test_AGapLosesNoPosition() public {
        appraiser.settle(3, 10, 0);
        uint256[20] memory words;
        words[4] = positionWord(Position(3, 1, 0, 0));
        words[17] = positionWord(Position(3, 2, 0, 0));
        vm.assertEq(uint256(appraiser.equityOf(words)), 30);
    }

    function testFuzz_TheCeiling(int160 x) public view {
        int256 expected = int256(x) / 2 ** 32;
        if (x > 0 && int256(x) % 2 ** 32 != 0) expected += 1;
        vm.assertTrue(appraiser.ceilShift32(x) == expected);
    }

    /// Against the builder's arithmetic, which divides.
    function testFuzz_AnyAccount(uint256 seed) public {
        delete accounts;
        delete instruments;
        for (uint256 i = 0; i < 16; i++) {
            uint256 word = uint256(keccak256(abi.encode(seed, i)));
            uint16 id = addInstrument(int64(uint64(word) >> 1), int96(uint96(word >> 100)));
            appraiser.settle(id, instruments[i].mark, instruments[i].fundingIndex);
        }
        addAccount(ALICE, int64(uint64(seed)));
        for (uint256 i = 0; i < 16; i++) {
            uint256 word = uint256(keccak256(abi.encode(seed, "position", i)));
            addPosition(
                0, uint16(i + 1), int64(uint64(word)), int64(uint64(word >> 64)), int96(uint96(word >> 128))
            );
        }
        vm.assertTrue(appraiser.equityOf(accountWords(0)) == equityOf(0));
    }
}
