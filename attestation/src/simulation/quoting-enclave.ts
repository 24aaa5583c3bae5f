import { sha256 } from "@noble/hashes/sha2.js";
import { concat, fromHex, utf8 } from "../bytes.ts";
import { emitQuote, emitSigned } from "../evidence/emit-quote.ts";
import { emitReportBody, keyBinding } from "../evidence/report-body.ts";
import { emitPem } from "../x509/pem.ts";
import { deriveBytes, deriveKey, type SimulatedKey } from "./keys.ts";
import { type SimulatedPki, type SimulatedPkiOptions, simulatedPki } from "./pki.ts";
import { SIMULATED_QE, SIMULATED_TD_QE, type SimulatedQe } from "./platform.ts";
import { emitTargetInfo, openReport } from "./report.ts";

/** The QE's ATTRIBUTES: INIT, MODE64, PROVISION_KEY; XFRM as Intel's QE reports it. */
const QE_ATTRIBUTES = fromHex("1500000000000000e700000000000000");
const QE_AUTH_DATA = Uint8Array.from({ length: 32 }, (_, i) => i);

export interface QuotingEnclaveOptions extends SimulatedPkiOptions {
  /** The quoting enclave's security version; 8 (SGX) or 4 (TDX) unless told. */
  readonly qeIsvSvn?: number;
}

/**
 * Turns a REPORT of the simulated CPU into a byte-exact DCAP quote under the simulated PKI.
 *
 * `seed` determines the PKI, `platformSeed` the simulated CPU's report keys. Same seeds and same REPORT, same quote.
 */
export class SimulatedQuotingEnclave {
  readonly pki: SimulatedPki;
  readonly #platformSeed: Uint8Array;
  readonly #attestationKey: SimulatedKey;
  readonly #userData: Uint8Array;
  readonly #options: QuotingEnclaveOptions;

  constructor(seed: Uint8Array, platformSeed: Uint8Array, options: QuotingEnclaveOptions = {}) {
    this.pki = simulatedPki(seed, options);
    this.#platformSeed = platformSeed.slice();
    this.#attestationKey = deriveKey(concat(seed, platformSeed), "attestation");
    this.#userData = concat(deriveBytes(seed, "qe.id").slice(0, 16), new Uint8Array(4));
    this.#options = options;
  }

  /** TARGETINFO (512 bytes) an enclave must aim its REPORT at. */
  targetInfo(): Uint8Array {
    return emitTargetInfo(SIMULATED_QE.mrEnclave, QE_ATTRIBUTES);
  }

  /**
   * SGX quote over a REPORT (432 bytes) whose MAC verifies; version 3 unless told.
   * @throws {ReportError} when the REPORT was not made for this enclave on this platform.
   */
  quote(report: Uint8Array, version: 3 | 4 | 5 = 3): Uint8Array {
    const body = openReport(report, this.#platformSeed, SIMULATED_QE.mrEnclave);
    return this.#certify(version, emitSigned(version, "sgx", this.#userData, body), SIMULATED_QE);
  }

  /** TDX quote over a TD report body (584 bytes: v4 or v5; 648 bytes: v5). The simulated module vouches for any body. */
  quoteTd(body: Uint8Array, version: 4 | 5 = 4): Uint8Array {
    return this.#certify(version, emitSigned(version, "tdx", this.#userData, body), SIMULATED_TD_QE);
  }

  #certify(version: 3 | 4 | 5, signed: Uint8Array, qe: SimulatedQe): Uint8Array {
    const { pki } = this;
    const attestationKey = this.#attestationKey.publicKey;
    const qeReport = emitReportBody({
      cpuSvn: Uint8Array.from(pki.platform.components),
      attributes: QE_ATTRIBUTES,
      mrEnclave: qe.mrEnclave,
      mrSigner: qe.mrSigner,
      isvProdId: qe.isvProdId,
      isvSvn: this.#options.qeIsvSvn ?? qe.isvSvn,
      reportData: keyBinding(sha256, attestationKey, QE_AUTH_DATA),
    });
    // Intel's library counts the string's terminating NUL into the certification data.
    const chain = emitPem(pki.pck.certificate, pki.platformCa.certificate, pki.root.certificate);
    return emitQuote(version, signed, {
      signature: this.#attestationKey.sign(signed),
      attestationKey,
      qeReport,
      qeReportSignature: pki.pck.key.sign(qeReport),
      qeAuthData: QE_AUTH_DATA,
      pckChain: utf8(`${chain}\0`),
    });
  }
}
