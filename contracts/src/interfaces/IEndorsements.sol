// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {
    EndorsementHead,
    IsvLevel,
    QeIdentity,
    TcbLevel,
    TcbQuery,
    TcbRating,
    Tee
} from "../types/EndorsementTypes.sol";
import {P256Key} from "../types/RegistryTypes.sol";
import {ICertificates} from "./ICertificates.sol";

/// A signature by a registered TCB signing certificate.
struct TcbSignature {
    P256Key signer;
    bytes32 r;
    bytes32 s;
}

/// The JSON half of Intel's endorsements: TCB info per platform model and the quoting enclaves' identities, as Intel signed them.
///
/// Texts are the signed objects alone, byte for byte: `{"id":…}` from inside `{"tcbInfo":…,"signature":…}`. Anyone may offer them.
interface IEndorsements {
    event TcbInfoAccepted(Tee indexed tee, bytes6 indexed fmspc, uint32 evaluationNumber, uint64 nextUpdate);
    event QeIdentityAccepted(Tee indexed tee, uint32 evaluationNumber, uint64 nextUpdate);

    error TcbInfoSignatureInvalid();
    error TcbInfoNotCurrent(uint256 issueDate, uint256 nextUpdate, uint256 timestamp);
    /// Older by date or evaluation number than what is known, or the same.
    error TcbInfoNotNewer(uint256 knownIssueDate, uint256 knownEvaluationNumber);
    error QeIdentitySignatureInvalid();
    error QeIdentityNotCurrent(uint256 issueDate, uint256 nextUpdate, uint256 timestamp);
    error QeIdentityNotNewer(uint256 knownIssueDate, uint256 knownEvaluationNumber);

    error UnknownTcbInfo(Tee tee, bytes6 fmspc);
    error UnknownQeIdentity(Tee tee);
    error PceIdMismatch(bytes2 expected, bytes2 actual);
    error QeMiscSelectMismatch(bytes4 expected, bytes4 actual);
    error QeAttributesMismatch(bytes16 expected, bytes16 actual);
    error QeMrSignerMismatch(bytes32 expected, bytes32 actual);
    error QeProdIdMismatch(uint256 expected, uint256 actual);
    /// Platform, quoting enclave or module below every rated level.
    error TcbUnsupported();
    error TcbIsRevoked();
    error TdxModuleMismatch();

    /// Takes a newer TCB info. Window and evaluation number never go back.
    function upsertTcbInfo(bytes calldata text, TcbSignature calldata signature) external;

    /// Takes a newer QE or TD QE identity, under the same rules.
    function upsertQeIdentity(bytes calldata text, TcbSignature calldata signature) external;

    /// Intel's rating of a quote's TCB (QVL `checkTcbLevel`): platform, module and quoting enclave, merged. Reverts if there is none.
    function rate(TcbQuery calldata query) external view returns (TcbRating memory);

    function tcbInfoOf(Tee tee, bytes6 fmspc)
        external
        view
        returns (EndorsementHead memory head, TcbLevel[] memory levels);

    function qeIdentityOf(Tee tee)
        external
        view
        returns (EndorsementHead memory head, QeIdentity memory identity, IsvLevel[] memory levels);

    function CERTIFICATES() external view returns (ICertificates);
}
