// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// What an inbox entry asks for; numbers are part of the rolling hash (docs/boundaries.md section 5).
enum InboxKind {
    None,
    Deposit,
    ForcedWithdraw,
    ForcedClose,
    ForcedCancelAll,
    RegisterKey,
    InsuranceDeposit
}

struct InboxEntry {
    InboxKind kind;
    address owner;
    uint8 subaccount;
    uint64 amount; // 1e-6 of the token
    bytes32 data;
    uint64 enteredAt; // block timestamp, s
}

library InboxEntryLib {
    /// hash(n + 1) from hash(n).
    function chain(bytes32 previous, uint64 index, InboxEntry memory entry) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                previous,
                index,
                uint8(entry.kind),
                entry.owner,
                entry.subaccount,
                entry.amount,
                entry.data,
                entry.enteredAt
            )
        );
    }
}
