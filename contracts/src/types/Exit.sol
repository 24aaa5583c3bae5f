// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// The delays of the exit side, in seconds; their relations are in docs/exit.md and checked at deployment.
struct ExitDelays {
    uint32 freezeGrace; // past an entry's deadline
    uint32 silenceMax; // without a batch
    uint32 deficitWindow; // from the freeze until the first exit is paid
}

/// What every position in an instrument is paid by.
struct SettledInstrument {
    int64 mark; // 1e-6 of the token per lot
    int96 fundingIndex; // the same, times 2^32, cumulative
    bool isSettled;
}

enum ExitStatus {
    None,
    Proven,
    Paid
}

/// An account proven against the last root: one slot.
struct ProvenAccount {
    address owner;
    int88 equity; // 1e-6 of the token
    ExitStatus status;
}
