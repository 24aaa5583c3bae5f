// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAttestationRegistry as Errors} from "../interfaces/IAttestationRegistry.sol";
import {MeasurementRecord, QuotingEnclavePolicy} from "../types/RegistryTypes.sol";
import {SgxQuote, SgxReport} from "./SgxQuote.sol";

/// Appraisal: a genuine report against what we want. Fails closed, with what was wanted and what was found.
library EnclavePolicy {
    /// `DEBUG`: the operator can read memory. `PROVISION_KEY`, `EINIT_TOKEN_KEY`: rights no application enclave needs.
    bytes1 internal constant FORBIDDEN = SgxQuote.DEBUG | SgxQuote.PROVISION_KEY | SgxQuote.EINIT_TOKEN_KEY;

    /// The quoting enclave: who signed it, which, how new, and that it is not a debug one.
    function appraiseQuotingEnclave(SgxReport memory qe, QuotingEnclavePolicy memory policy) internal pure {
        require(qe.attributes[0] & SgxQuote.DEBUG == 0, Errors.DebugEnclave());
        require(qe.mrSigner == policy.mrSigner, Errors.QeMrSignerMismatch(policy.mrSigner, qe.mrSigner));
        require(qe.isvProdId == policy.isvProdId, Errors.QeProdIdMismatch(policy.isvProdId, qe.isvProdId));
        require(qe.isvSvn >= policy.isvSvnMin, Errors.QeSvnTooLow(policy.isvSvnMin, qe.isvSvn));
        bytes16 attributes = qe.attributes & policy.attributesMask;
        require(
            attributes == policy.attributes & policy.attributesMask,
            Errors.QeAttributesMismatch(policy.attributes, attributes)
        );
        bytes4 miscSelect = qe.miscSelect & policy.miscSelectMask;
        require(
            miscSelect == policy.miscSelect & policy.miscSelectMask,
            Errors.QeMiscSelectMismatch(policy.miscSelect, miscSelect)
        );
    }

    /// The enclave itself, against the measurement it claims to be. Debug is named apart: it is the one with a history.
    function appraiseEnclave(SgxReport memory enclave, MeasurementRecord memory wanted) internal pure {
        bytes1 flags = enclave.attributes[0];
        require(flags & SgxQuote.DEBUG == 0, Errors.DebugEnclave());
        require(
            flags & FORBIDDEN == 0 && flags & SgxQuote.INIT != 0, Errors.ForbiddenAttributes(FORBIDDEN, flags)
        );
        bytes16 attributes = enclave.attributes & wanted.attributesMask;
        require(
            attributes == wanted.attributes & wanted.attributesMask,
            Errors.AttributesMismatch(wanted.attributes, attributes)
        );
        require(
            enclave.mrSigner == wanted.mrSigner, Errors.MrSignerMismatch(wanted.mrSigner, enclave.mrSigner)
        );
        require(
            enclave.isvProdId == wanted.isvProdId, Errors.ProdIdMismatch(wanted.isvProdId, enclave.isvProdId)
        );
        require(enclave.isvSvn >= wanted.isvSvnMin, Errors.IsvSvnTooLow(wanted.isvSvnMin, enclave.isvSvn));
    }
}
