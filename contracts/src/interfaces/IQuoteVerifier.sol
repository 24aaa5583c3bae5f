// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {QuoteVerdict} from "../types/QuoteTypes.sol";
import {P256Key} from "../types/RegistryTypes.sol";
import {ICertificates} from "./ICertificates.sol";
import {IEndorsements} from "./IEndorsements.sol";

/// Is a quote genuine now? Holds no state and no policy: the same question `verify` answers in TypeScript.
interface IQuoteVerifier {
    /// @param quote SGX v3, SGX or TDX v4 or v5, cut before its PCK chain.
    /// @param pckKey Of a registered PCK certificate.
    /// @return verdict Reverts with the first rule that fails, in the order of docs/attestation.md.
    function verify(bytes calldata quote, P256Key calldata pckKey)
        external
        view
        returns (QuoteVerdict memory verdict);

    function CERTIFICATES() external view returns (ICertificates);

    function ENDORSEMENTS() external view returns (IEndorsements);
}
