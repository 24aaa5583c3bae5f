// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// How much lateness a sequencer has left to spend, after Nitro's delay buffer.
///
/// One long outage is forgiven, a habit is not: each second an entry waits beyond the short deadline costs one second of the buffer,
/// counted once however many entries wait; twenty quiet seconds (nothing waiting) give one back. What is left is what the next
/// entry's deadline adds to the short one.
struct DelayBuffer {
    uint40 left; // s
    uint40 countedTo; // Unix seconds, up to which time has been counted
}

library DelayBufferLib {
    uint64 internal constant QUIET_PER_REFILL = 20;

    function filled(uint64 bufferMax) internal view returns (DelayBuffer memory) {
        return DelayBuffer(uint40(bufferMax), uint40(block.timestamp));
    }

    /// What is left for an entry of `enteredAt`: time until it entered was quiet, as far as it was not counted yet.
    function leftAt(DelayBuffer memory buffer, uint64 enteredAt, uint64 bufferMax)
        internal
        pure
        returns (uint64)
    {
        if (enteredAt <= buffer.countedTo) return buffer.left;
        uint64 refilled = buffer.left + (enteredAt - buffer.countedTo) / QUIET_PER_REFILL;
        return refilled < bufferMax ? refilled : bufferMax;
    }

    /// The buffer after a batch closed at `closedAt` has consumed entries of which the oldest is of `enteredAt`.
    function after_(
        DelayBuffer memory buffer,
        uint64 enteredAt,
        uint64 closedAt,
        uint64 deadlineShort,
        uint64 bufferMax
    ) internal pure returns (DelayBuffer memory) {
        uint64 left = leftAt(buffer, enteredAt, bufferMax);
        // Time before `countedTo` was counted when an earlier batch was accepted.
        uint64 lateFrom = enteredAt + deadlineShort;
        if (lateFrom < buffer.countedTo) lateFrom = buffer.countedTo;
        uint64 late = closedAt > lateFrom ? closedAt - lateFrom : 0;
        uint64 countedTo = closedAt > buffer.countedTo ? closedAt : buffer.countedTo;
        return DelayBuffer(uint40(late < left ? left - late : 0), uint40(countedTo));
    }
}
