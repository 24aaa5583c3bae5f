// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Der} from "./Der.sol";

/// A cursor over signed JSON as Intel writes it: compact, members in one order.
///
/// No caller says where anything is: every byte between two values is compared with what must stand there, so there is no offset
/// to lie about. Text in another layout, though legal JSON, is refused: the signature covers bytes, and Intel's have one form.
library JsonText {
    /// The text differs from what must stand at `offset`.
    error UnexpectedText(uint256 offset, bytes32 expected);
    error BadNumber(uint256 offset);
    error BadHex(uint256 offset);
    error BadDate(uint256 offset);

    /// Steps over `literal`, at most 32 bytes, given from the left and without zero bytes.
    function expect(bytes calldata text, uint256 offset, bytes32 literal)
        internal
        pure
        returns (uint256 next)
    {
        bool isEqual;
        assembly ("memory-safe") {
            // Trailing zero bytes of the literal are its unused part: the mask keeps the rest.
            let length := sub(32, shr(3, sub(255, clz(and(literal, sub(0, literal))))))
            next := add(offset, length)
            let found := calldataload(add(text.offset, offset))
            let unused := shl(3, sub(32, length))
            isEqual := eq(shr(unused, found), shr(unused, literal))
        }
        require(isEqual && next <= text.length, UnexpectedText(offset, literal));
    }

    /// Does `literal` stand at `offset`?
    function isNext(bytes calldata text, uint256 offset, bytes1 mark) internal pure returns (bool) {
        return offset < text.length && text[offset] == mark;
    }

    /// The first `mark` from `offset` on, 32 bytes at a time.
    function find(bytes calldata text, uint256 offset, bytes1 mark) internal pure returns (uint256 found) {
        assembly ("memory-safe") {
            let ones := 0x0101010101010101010101010101010101010101010101010101010101010101
            let low := mul(ones, 0x7f)
            let pattern := mul(ones, byte(0, mark))
            found := offset
            for {} lt(found, text.length) { found := add(found, 32) } {
                let word := xor(calldataload(add(text.offset, found)), pattern)
                // 0x80 in exactly the bytes that are zero: no carry crosses a byte, so none is flagged wrongly.
                let hits := not(or(or(add(and(word, low), low), word), low))
                if hits {
                    found := add(found, shr(3, clz(hits)))
                    break
                }
            }
        }
        require(found < text.length, UnexpectedText(offset, mark));
    }

    /// A non-negative integer up to `max`, without leading zeros.
    function readUint(bytes calldata text, uint256 offset, uint256 max)
        internal
        pure
        returns (uint256 value, uint256 next)
    {
        next = offset;
        assembly ("memory-safe") {
            for {} lt(next, text.length) { next := add(next, 1) } {
                let digit := sub(byte(0, calldataload(add(text.offset, next))), 0x30)
                if gt(digit, 9) { break }
                value := add(mul(value, 10), digit)
                // Nothing we read has more than ten digits.
                if gt(sub(next, offset), 9) { break }
            }
        }
        bool isMinimal = next == offset + 1 || (next > offset && text[offset] != "0");
        require(isMinimal && value <= max, BadNumber(offset));
    }

    /// `width` bytes of hex, at most 32, from the left.
    function readHex(bytes calldata text, uint256 offset, uint256 width)
        internal
        pure
        returns (bytes32 value, uint256 next)
    {
        next = offset + 2 * width;
        require(next <= text.length, BadHex(offset));
        uint256 bits;
        bool isHex = true;
        assembly ("memory-safe") {
            for { let i := offset } lt(i, next) { i := add(i, 1) } {
                let char := byte(0, calldataload(add(text.offset, i)))
                let digit := sub(char, 0x30)
                if gt(digit, 9) {
                    // Folds the case: "A" and "a" are 0x41 and 0x61.
                    digit := add(sub(or(char, 0x20), 0x61), 10)
                    if or(lt(digit, 10), gt(digit, 15)) { isHex := 0 }
                }
                bits := or(shl(4, bits), and(digit, 15))
            }
            value := shl(sub(256, shl(3, width)), bits)
        }
        require(isHex, BadHex(offset));
    }

    /// `"2024-03-13T00:00:00Z"` as Unix seconds, quotes included.
    function readDate(bytes calldata text, uint256 offset) internal pure returns (uint64 date, uint256 next) {
        next = offset + 22;
        require(next <= text.length, BadDate(offset));
        bytes32 word = bytes32(text[offset:next]);
        // "....-..-..T..:..:..Z": the digits masked away.
        bytes32 shape = word & 0xff00000000ff0000ff0000ff0000ff0000ff0000ffff00000000000000000000;
        require(shape == 0x22000000002d00002d00005400003a00003a00005a2200000000000000000000, BadDate(offset));
        uint256 year = _two(word, 1, offset) * 100 + _two(word, 3, offset);
        uint256 month = _two(word, 6, offset);
        uint256 day = Der.dayOf(year, month, _two(word, 9, offset));
        uint256 hour = _two(word, 12, offset);
        uint256 second = Der.secondOf(hour, _two(word, 15, offset), _two(word, 18, offset));
        require(day != Der.NEVER && second != Der.NEVER, BadDate(offset));
        date = uint64(day * 86_400 + second);
    }

    function _two(bytes32 word, uint256 index, uint256 offset) private pure returns (uint256) {
        uint256 tens = uint256(uint8(word[index]));
        uint256 ones = uint256(uint8(word[index + 1]));
        require(tens >= 0x30 && tens <= 0x39 && ones >= 0x30 && ones <= 0x39, BadDate(offset));
        return (tens - 0x30) * 10 + ones - 0x30;
    }
}
