// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// A strict reader of DER (X.690 clause 10) over calldata.
///
/// A cursor walks elements from outside in, so the position of every value follows from the signed structure itself and
/// no caller can point the reader at look-alike bytes inside another field. `limit` is the end of the enclosing element.
library Der {
    uint8 internal constant BOOLEAN = 0x01;
    uint8 internal constant INTEGER = 0x02;
    uint8 internal constant BIT_STRING = 0x03;
    uint8 internal constant OCTET_STRING = 0x04;
    uint8 internal constant OBJECT_IDENTIFIER = 0x06;
    uint8 internal constant ENUMERATED = 0x0a;
    uint8 internal constant UTC_TIME = 0x17;
    uint8 internal constant GENERALIZED_TIME = 0x18;
    uint8 internal constant SEQUENCE = 0x30;

    uint256 internal constant NEVER = type(uint256).max;

    error UnexpectedTag(uint256 offset, uint8 expected, uint8 actual);
    /// An element runs past the one around it, or leaves bytes unread at its end.
    error BadBounds(uint256 offset, uint256 limit);
    /// A length that is not the shortest form, or longer than two bytes.
    error BadLength(uint256 offset);
    /// Not minimal, negative, or too wide for its field.
    error BadInteger(uint256 offset);
    error BadTime(uint256 offset);

    /// Reads the header at `offset`, whatever its tag. Contents are `[start, end)`.
    function header(bytes calldata der, uint256 offset, uint256 limit)
        internal
        pure
        returns (uint8 tag, uint256 start, uint256 end)
    {
        require(offset + 2 <= limit && limit <= der.length, BadBounds(offset, limit));
        tag = uint8(der[offset]);
        uint256 length = uint8(der[offset + 1]);
        start = offset + 2;
        if (length >= 0x80) {
            // X.690 10.1: definite form, minimum number of octets. Two length bytes cover 64 KiB, far above any certificate.
            require(length == 0x81 || length == 0x82, BadLength(offset));
            uint256 more = length - 0x80;
            require(start + more <= limit, BadBounds(offset, limit));
            length = uint8(der[start]);
            if (more == 2) length = (length << 8) | uint8(der[start + 1]);
            require(length >= (more == 1 ? 0x80 : 0x100), BadLength(offset));
            start += more;
        }
        end = start + length;
        require(end <= limit, BadBounds(offset, limit));
    }

    /// Reads the header at `offset` and insists on `tag`.
    function open(bytes calldata der, uint256 offset, uint256 limit, uint8 tag)
        internal
        pure
        returns (uint256 start, uint256 end)
    {
        uint8 actual;
        (actual, start, end) = header(der, offset, limit);
        require(actual == tag, UnexpectedTag(offset, tag, actual));
    }

    /// The element at `offset` must fill its enclosure.
    function openLast(bytes calldata der, uint256 offset, uint256 limit, uint8 tag)
        internal
        pure
        returns (uint256 start, uint256 end)
    {
        (start, end) = open(der, offset, limit, tag);
        require(end == limit, BadBounds(end, limit));
    }

    /// A non-negative INTEGER of at most 32 bytes; `end` is where the next element starts.
    function readUint(bytes calldata der, uint256 offset, uint256 limit)
        internal
        pure
        returns (uint256 value, uint256 end)
    {
        uint256 start;
        (start, end) = open(der, offset, limit, INTEGER);
        require(end > start, BadInteger(offset));
        if (der[start] == 0) {
            // X.690 8.3.2: a leading zero only where the next bit would read as a sign.
            require(end == start + 1 || uint8(der[start + 1]) >= 0x80, BadInteger(offset));
            start += 1;
        } else {
            require(uint8(der[start]) < 0x80, BadInteger(offset));
        }
        uint256 width = end - start;
        require(width <= 32, BadInteger(offset));
        value = width == 0 ? 0 : uint256(word(der, start)) >> (256 - 8 * width);
    }

    /// UTCTime or GeneralizedTime in the only forms RFC 5280 4.1.2.5 allows, as Unix seconds.
    function readTime(bytes calldata der, uint256 offset, uint256 limit)
        internal
        pure
        returns (uint64 time, uint256 end)
    {
        (uint8 tag, uint256 start, uint256 stop) = header(der, offset, limit);
        uint256 year;
        if (tag == UTC_TIME) {
            require(stop == start + 13, BadTime(offset));
            year = _digits(der, start, offset);
            year += year < 50 ? 2000 : 1900;
            start += 2;
        } else {
            require(tag == GENERALIZED_TIME && stop == start + 15, BadTime(offset));
            year = _digits(der, start, offset) * 100 + _digits(der, start + 2, offset);
            require(year >= 2050, BadTime(offset));
            start += 4;
        }
        require(der[start + 10] == "Z", BadTime(offset));
        // 1950 to 1969 is before the clock begins: a real date (calendars repeat after 28 years), and as early as can be.
        time = _seconds(der, start, year < 1970 ? year + 28 : year, offset);
        if (year < 1970) time = 0;
        end = stop;
    }

    /// MMDDHHMMSS of `year`.
    function _seconds(bytes calldata der, uint256 start, uint256 year, uint256 element)
        private
        pure
        returns (uint64)
    {
        uint256 month = _digits(der, start, element);
        uint256 day = dayOf(year, month, _digits(der, start + 2, element));
        uint256 hour = _digits(der, start + 4, element);
        uint256 minute = _digits(der, start + 6, element);
        uint256 second = secondOf(hour, minute, _digits(der, start + 8, element));
        require(day != NEVER && second != NEVER, BadTime(element));
        return uint64(day * 86_400 + second);
    }

    /// Days since 1970 of a date; `NEVER` if there is no such day.
    function dayOf(uint256 year, uint256 month, uint256 day) internal pure returns (uint256) {
        if (year < 1970 || month < 1 || month > 12 || day < 1) return NEVER;
        bool isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        uint256 last = month == 2 ? (isLeap ? 29 : 28) : 30 + (month + month / 8) % 2;
        return day > last ? NEVER : _daysSinceEpoch(year, month, day);
    }

    /// Seconds since midnight; `NEVER` if no clock shows it. RFC 5280 knows no leap second.
    function secondOf(uint256 hour, uint256 minute, uint256 second) internal pure returns (uint256) {
        return hour > 23 || minute > 59 || second > 59 ? NEVER : hour * 3600 + minute * 60 + second;
    }

    /// 32 bytes from `offset`, zeros beyond the end of `der`.
    function word(bytes calldata der, uint256 offset) internal pure returns (bytes32) {
        return offset + 32 <= der.length ? bytes32(der[offset:offset + 32]) : bytes32(der[offset:]);
    }

    function _digits(bytes calldata der, uint256 offset, uint256 element) private pure returns (uint256) {
        uint256 tens = uint8(der[offset]);
        uint256 ones = uint8(der[offset + 1]);
        require(tens >= 0x30 && tens <= 0x39 && ones >= 0x30 && ones <= 0x39, BadTime(element));
        return (tens - 0x30) * 10 + ones - 0x30;
    }

    /// Days of the proleptic Gregorian calendar, counted in years that start in March so that the leap day comes last.
    function _daysSinceEpoch(uint256 year, uint256 month, uint256 day) private pure returns (uint256) {
        if (month <= 2) {
            year -= 1;
            month += 12;
        }
        uint256 daysInYears = 365 * year + year / 4 - year / 100 + year / 400;
        uint256 daysInMonths = (153 * (month - 3) + 2) / 5;
        // 719,469 days lie between 0000-03-01 (day 1) and 1970-01-01.
        return daysInYears + daysInMonths + day - 719_469;
    }
}
