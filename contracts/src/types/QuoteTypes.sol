// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {TcbRating, Tee} from "./EndorsementTypes.sol";

/// What policy looks at in an SGX report or TD report.
struct EnclaveReport {
    Tee tee;
    bytes16 attributes; // SGX: flags 8 ‖ XFRM 8; TDX: TDATTRIBUTES 8 ‖ XFAM 8; as in memory (little-endian)
    bytes32 mrEnclave; // TDX: keccak256(MRTD ‖ MRCONFIGID ‖ MROWNER ‖ MROWNERCONFIG ‖ RTMR0 … RTMR3)
    bytes32 mrSigner; // SGX only
    uint16 isvProdId; // SGX only
    uint16 isvSvn; // SGX only
    bool isServiced; // TD 1.5: MRSERVICETD is not zero
    bytes32 reportData; // first half
    bytes32 reportDataHigh; // second half
}

/// A genuine quote: what it says, and how long what it rests on stands.
struct QuoteVerdict {
    EnclaveReport report;
    TcbRating rating;
    uint64 until; // inclusive: the earliest end of every certificate, list, TCB info and identity
    bytes16 pckCertificateId;
    bytes16 caCertificateId;
    bytes32 caId;
}
