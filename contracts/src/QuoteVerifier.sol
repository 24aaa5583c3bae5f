// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICertificates} from "./interfaces/ICertificates.sol";
import {IEndorsements} from "./interfaces/IEndorsements.sol";
import {IQuoteVerifier} from "./interfaces/IQuoteVerifier.sol";
import {DcapQuote} from "./libraries/DcapQuote.sol";
import {Platform, TcbQuery} from "./types/EndorsementTypes.sol";
import {QuoteVerdict} from "./types/QuoteTypes.sol";
import {P256Key} from "./types/RegistryTypes.sol";

/// Joins a quote with the endorsements it rests on. Documentation is on the interface.
contract QuoteVerifier is IQuoteVerifier {
    ICertificates public immutable CERTIFICATES;
    IEndorsements public immutable ENDORSEMENTS;

    constructor(IEndorsements endorsements) {
        ENDORSEMENTS = endorsements;
        CERTIFICATES = endorsements.CERTIFICATES();
    }

    /// @inheritdoc IQuoteVerifier
    function verify(bytes calldata quote, P256Key calldata pckKey)
        external
        view
        returns (QuoteVerdict memory verdict)
    {
        // 1. Signatures: PCK key → quoting enclave's report → attestation key → quote.
        TcbQuery memory query;
        (verdict.report, query) = DcapQuote.verify(quote, pckKey.x, pckKey.y);

        // 2. Platform: the PCK key's certificates stand, and no list names them.
        Platform memory platform = CERTIFICATES.platformOf(keccak256(abi.encode(pckKey.x, pckKey.y)));
        (query.components, query.pceSvn) = (platform.components, platform.pceSvn);
        (query.fmspc, query.pceId) = (platform.fmspc, platform.pceId);
        (verdict.pckCertificateId, verdict.caCertificateId) =
        (platform.certificateId, platform.caCertificateId);
        verdict.caId = platform.caId;

        // 3. TCB: identity of the quoting enclave, levels of platform, module and quoting enclave, merged.
        verdict.rating = ENDORSEMENTS.rate(query);
        verdict.until = platform.until < verdict.rating.until ? platform.until : verdict.rating.until;
    }
}
