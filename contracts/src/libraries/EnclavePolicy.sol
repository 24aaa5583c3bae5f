// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAttestationRegistry as Errors} from "../interfaces/IAttestationRegistry.sol";
import {Tee} from "../types/EndorsementTypes.sol";
import {EnclaveReport} from "../types/QuoteTypes.sol";
import {MeasurementRecord} from "../types/RegistryTypes.sol";

/// Appraisal: a genuine report against what we want. Fails closed, with what was wanted and what was found.
library EnclavePolicy {
    // SGX flags, as in memory (SDM volume 3D, 37.7.1).
    bytes8 internal constant SGX_INIT = 0x0100000000000000;
    bytes8 internal constant SGX_DEBUG = 0x0200000000000000;
    /// `DEBUG`: the operator can read memory. `PROVISION_KEY`, `EINIT_TOKEN_KEY`: rights no application enclave needs.
    bytes8 internal constant SGX_FORBIDDEN = 0x3200000000000000;

    // TDATTRIBUTES, as in memory (Intel TDX module ABI specification, ATTRIBUTES).
    bytes8 internal constant TD_DEBUG = 0x0100000000000000;
    bytes8 internal constant TD_SEPT_VE_DISABLE = 0x0000001000000000;
    /// The whole "TD under debug" group, MIGRATABLE (bit 29: another host may get the TD's memory) and PERFMON (bit 63).
    bytes8 internal constant TD_FORBIDDEN = 0xff00002000000080;

    /// Debug is named apart: it is the one with a history.
    function appraise(EnclaveReport memory enclave, MeasurementRecord memory wanted) internal pure {
        require(enclave.tee == wanted.tee, Errors.TeeMismatch(wanted.tee, enclave.tee));
        bytes8 flags = bytes8(enclave.attributes);
        if (enclave.tee == Tee.Sgx) {
            require(flags & SGX_DEBUG == 0, Errors.DebugEnclave());
            require(
                flags & SGX_FORBIDDEN == 0 && flags & SGX_INIT != 0,
                Errors.ForbiddenAttributes(SGX_FORBIDDEN, flags)
            );
        } else {
            require(flags & TD_DEBUG == 0, Errors.DebugEnclave());
            require(flags & TD_FORBIDDEN == 0, Errors.ForbiddenAttributes(TD_FORBIDDEN, flags));
            require(flags & TD_SEPT_VE_DISABLE != 0, Errors.MissingAttributes(TD_SEPT_VE_DISABLE, flags));
            require(!enclave.isServiced, Errors.ServiceTd());
        }
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
