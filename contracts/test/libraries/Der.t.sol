// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Der} from "../../src/libraries/Der.sol";
import {DerBuilder} from "../builders/DerBuilder.sol";
import {Test} from "../Vm.sol";

/// Calls the library with calldata.
contract DerReader {
    function open(bytes calldata der, uint8 tag) external pure returns (uint256, uint256) {
        return Der.openLast(der, 0, der.length, tag);
    }

    function readUint(bytes calldata der) external pure returns (uint256 value, uint256 end) {
        return Der.readUint(der, 0, der.length);
    }

    function readTime(bytes calldata der) external pure returns (uint64 unixTime) {
        (unixTime,) = Der.readTime(der, 0, der.length);
    }
}

contract DerTest is Test {
    DerReader internal reader = new DerReader();

    function expectTime(bytes memory der, uint256 expected) internal view {
        vm.assertEq(reader.readTime(der), expected);
    }

    function test_Times() public view {
        expectTime(DerBuilder.tlv(0x17, "700101000000Z"), 0);
        expectTime(DerBuilder.tlv(0x17, "501231235959Z"), 0); // before the clock begins
        expectTime(DerBuilder.tlv(0x17, "000229235959Z"), 951_868_799); // a leap day of a century divisible by 400
        expectTime(DerBuilder.tlv(0x17, "000301000000Z"), 951_868_800);
        expectTime(DerBuilder.tlv(0x17, "491231235959Z"), 2_524_607_999); // 49 is 2049, 50 is 1950 (RFC 5280 4.1.2.5.1)
        expectTime(DerBuilder.tlv(0x18, "20991231235959Z"), 4_102_444_799);
        expectTime(DerBuilder.tlv(0x18, "21000301000000Z"), 4_107_542_400); // 2100 has no leap day
        expectTime(DerBuilder.tlv(0x18, "99991231235959Z"), 253_402_300_799); // "no end" (RFC 5280 4.1.2.5)
    }

    function test_RefusesOtherTimes() public {
        bytes[9] memory wrong = [
            DerBuilder.tlv(0x17, "260229000000Z"), // no leap year
            DerBuilder.tlv(0x17, "261301000000Z"),
            DerBuilder.tlv(0x17, "260100000000Z"),
            DerBuilder.tlv(0x17, "260101240000Z"),
            DerBuilder.tlv(0x17, "260101006000Z"),
            DerBuilder.tlv(0x17, "260101000060Z"),
            DerBuilder.tlv(0x17, "2601010000Z00"),
            DerBuilder.tlv(0x17, "26010100000:Z"),
            DerBuilder.tlv(0x18, "260101000000Z")
        ];
        for (uint256 i = 0; i < wrong.length; i++) {
            vm.expectPartialRevert(Der.BadTime.selector);
            reader.readTime(wrong[i]);
        }
    }

    function testFuzz_IntegersRoundTrip(uint256 value) public view {
        bytes memory der = DerBuilder.integer(value);
        (uint256 read, uint256 end) = reader.readUint(der);
        vm.assertEq(read, value);
        vm.assertEq(end, der.length);
    }

    function test_RefusesOtherIntegers() public {
        bytes[5] memory wrong = [
            bytes(hex"0200"), // empty
            hex"020180", // negative
            hex"02020001", // not minimal
            hex"0203000001",
            bytes.concat(hex"022101", new bytes(32)) // 33 bytes
        ];
        for (uint256 i = 0; i < wrong.length; i++) {
            vm.expectPartialRevert(Der.BadInteger.selector);
            reader.readUint(wrong[i]);
        }
    }

    function testFuzz_LengthsRoundTrip(uint16 length) public view {
        length = uint16(bound(length, 0, 5000));
        bytes memory der = DerBuilder.octets(new bytes(length));
        (uint256 start, uint256 end) = reader.open(der, 0x04);
        vm.assertEq(end - start, length);
        vm.assertEq(end, der.length);
    }

    function test_RefusesOtherLengths() public {
        bytes[5] memory wrong = [
            bytes(hex"0481017f"), // fits the short form
            bytes.concat(hex"0482007f", new bytes(127)), // fits one byte
            bytes.concat(hex"048300000100"), // three bytes
            bytes(hex"04800000"), // indefinite
            hex"04ff00"
        ];
        for (uint256 i = 0; i < wrong.length; i++) {
            vm.expectPartialRevert(Der.BadLength.selector);
            reader.open(wrong[i], 0x04);
        }
    }

    function test_RefusesOverrunsAndLeftovers() public {
        bytes[4] memory wrong = [bytes(hex""), hex"04", hex"040100ff", hex"040200"];
        for (uint256 i = 0; i < wrong.length; i++) {
            vm.expectPartialRevert(Der.BadBounds.selector);
            reader.open(wrong[i], 0x04);
        }
    }

    function test_RefusesAnotherTag() public {
        vm.expectRevert(abi.encodeWithSelector(Der.UnexpectedTag.selector, 0, 0x04, 0x02));
        reader.open(hex"020100", 0x04);
    }
}
