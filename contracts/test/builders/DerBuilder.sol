// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// Writes DER, the inverse of `libraries/Der.sol`.
library DerBuilder {
    function tlv(uint8 tag, bytes memory contents) internal pure returns (bytes memory) {
        uint256 length = contents.length;
        if (length < 0x80) return abi.encodePacked(tag, uint8(length), contents);
        if (length < 0x100) return abi.encodePacked(tag, uint8(0x81), uint8(length), contents);
        return abi.encodePacked(tag, uint8(0x82), uint16(length), contents);
    }

    function sequence(bytes memory contents) internal pure returns (bytes memory) {
        return tlv(0x30, contents);
    }

    function octets(bytes memory contents) internal pure returns (bytes memory) {
        return tlv(0x04, contents);
    }

    function oid(bytes memory contents) internal pure returns (bytes memory) {
        return tlv(0x06, contents);
    }

    /// Minimal and non-negative.
    function integer(uint256 value) internal pure returns (bytes memory) {
        uint256 width = 1;
        while (width < 32 && value >> (8 * width) != 0) width++;
        bytes memory contents = new bytes(width);
        for (uint256 i = 0; i < width; i++) {
            contents[width - 1 - i] = bytes1(uint8(value >> (8 * i)));
        }
        return
            uint8(contents[0]) >= 0x80 ? tlv(0x02, abi.encodePacked(uint8(0), contents)) : tlv(0x02, contents);
    }

    function signature(bytes32 r, bytes32 s) internal pure returns (bytes memory) {
        bytes memory pair = sequence(bytes.concat(integer(uint256(r)), integer(uint256(s))));
        return tlv(0x03, abi.encodePacked(uint8(0), pair));
    }
}
