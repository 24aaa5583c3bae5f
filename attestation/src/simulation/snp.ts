import { sha512 } from "@noble/hashes/sha2.js";
import { concat, fromHex, toHex, utf8 } from "../bytes.ts";
import type { AmdEndorsements } from "../endorsements/endorsements.ts";
import { SNP_REPORT_SIZE, type SnpKey, type SnpProduct, type SnpTcb } from "../evidence/snp-report.ts";
import { emitPem } from "../x509/pem.ts";
import { issue, type SimulatedAuthority, simulatedRevocationList } from "./certificates.ts";
import { integer } from "./der-writer.ts";
import { SIMULATED_ISSUED_AT, SIMULATED_NEXT_UPDATE } from "./endorsements.ts";
import { ROOT_LABEL } from "./labels.ts";

const AMD = "1.3.6.1.4.1.3704.1";
const SIGNED_SIZE = 0x2a0;
const NAMES: Readonly<Record<SnpProduct, string>> = { milan: "Milan", genoa: "Genoa", turin: "Turin" };
const CPUID: Readonly<Record<SnpProduct, readonly [family: number, model: number, stepping: number]>> = {
  milan: [0x19, 0x01, 0x01],
  genoa: [0x19, 0x11, 0x01],
  turin: [0x1a, 0x02, 0x01],
};

export interface SimulatedSnpOptions {
  readonly product?: SnpProduct;
  readonly key?: SnpKey;
  /** Firmware versions the VEK is certified for. */
  readonly tcb?: Omit<SnpTcb, "fmc"> & { readonly fmc?: number };
  readonly isSignerRevoked?: boolean;
  readonly vekNotAfter?: Date;
}

export interface SnpReportFields {
  readonly version?: 2 | 3 | 4 | 5;
  readonly measurement?: Uint8Array;
  readonly hostData?: Uint8Array;
  readonly reportData?: Uint8Array;
  readonly guestSvn?: number;
  readonly vmpl?: number;
  readonly isDebug?: boolean;
  readonly isMigratable?: boolean;
  /** Firmware versions the report names; the VEK's unless told. */
  readonly reportedTcb?: SimulatedSnpOptions["tcb"];
  readonly chipId?: Uint8Array;
}

const TCB = { fmc: 1, bootLoader: 4, tee: 0, snp: 24, microcode: 219 } as const;

/**
 * A chip that signs SEV-SNP reports, byte-exact in every version, under a simulated AMD root.
 * Warning: AMD's roots and signing keys are RSA-4096; these are P-384, because RSA keys cannot be derived from a seed
 * in reasonable time. The report, its key and the VEK's extensions are as AMD has them.
 */
export class SimulatedSnpPlatform {
  readonly product: SnpProduct;
  readonly #key: SnpKey;
  readonly #tcb: NonNullable<SimulatedSnpOptions["tcb"]>;
  readonly #chipId: Uint8Array;
  readonly #root: SimulatedAuthority;
  readonly #signer: SimulatedAuthority;
  readonly #vek: SimulatedAuthority;
  readonly #isSignerRevoked: boolean;

  constructor(seed: Uint8Array, options: SimulatedSnpOptions = {}) {
    this.product = options.product ?? "milan";
    this.#key = options.key ?? "VCEK";
    this.#tcb = options.tcb ?? TCB;
    this.#isSignerRevoked = options.isSignerRevoked ?? false;
    this.#chipId = simulatedChipId(seed, this.product);
    const isVlek = this.#key === "VLEK";
    const name = NAMES[this.product];
    this.#root = issue(seed, {
      commonName: `Simulated ARK-${name}`,
      label: ROOT_LABEL[this.product],
      curve: "P-384",
      pathLength: 1,
    });
    this.#signer = issue(seed, {
      commonName: `Simulated SEV-${isVlek ? "VLEK-" : ""}${name}`,
      label: `amd.${isVlek ? "asvk" : "ask"}.${this.product}`,
      curve: "P-384",
      issuer: this.#root,
      pathLength: 0,
    });
    this.#vek = issue(seed, {
      commonName: `Simulated SEV-${this.#key}`,
      label: `amd.${this.#key}.${this.product}`,
      curve: "P-384",
      issuer: this.#signer,
      extensions: this.#extensions(),
      ...(options.vekNotAfter ? { notAfter: options.vekNotAfter } : {}),
    });
  }

  /** A signed report, 1184 bytes. */
  report(fields: SnpReportFields = {}): Uint8Array {
    const raw = emitBody(this.product, this.#key, this.#chipId, fields, this.#tcb);
    const signature = this.#vek.key.sign(raw.subarray(0, SIGNED_SIZE));
    raw.set(signature.slice(0, 48).reverse(), SIGNED_SIZE);
    raw.set(signature.slice(48).reverse(), SIGNED_SIZE + 72);
    return raw;
  }

  endorsements(): AmdEndorsements {
    const serials = this.#isSignerRevoked ? [this.#signer.serial] : [];
    const list = simulatedRevocationList(this.#root, serials, SIMULATED_ISSUED_AT, SIMULATED_NEXT_UPDATE);
    return {
      amdChain: emitPem(this.#vek.certificate, this.#signer.certificate, this.#root.certificate),
      amdCrl: toHex(list),
    };
  }

  #extensions(): readonly (readonly [string, Uint8Array])[] {
    const { fmc = 0, bootLoader, tee, snp, microcode } = this.#tcb;
    const levels: [string, number][] = [
      ["3.1", bootLoader],
      ["3.2", tee],
      ["3.3", snp],
      ["3.8", microcode],
    ];
    if (this.product === "turin") levels.push(["3.9", fmc]);
    // AMD writes the chip's id bare, not as an OCTET STRING; Turin's is 8 bytes.
    const id = this.product === "turin" ? this.#chipId.slice(0, 8) : this.#chipId;
    const named: [string, Uint8Array] = this.#key === "VCEK" ? ["4", id] : ["5", utf8("simulated provider")];
    return [...levels.map(([arc, svn]) => [arc, integer(svn)] as const), named].map(([arc, value]) => [
      `${AMD}.${arc}`,
      value,
    ]);
  }
}

function simulatedChipId(seed: Uint8Array, product: SnpProduct): Uint8Array {
  const id = sha512(concat(utf8("sealbook.sim.chip"), seed));
  return product === "turin" ? concat(id.slice(0, 8), new Uint8Array(56)) : id;
}

function emitBody(
  product: SnpProduct,
  key: SnpKey,
  chipId: Uint8Array,
  fields: SnpReportFields,
  certified: NonNullable<SimulatedSnpOptions["tcb"]>,
): Uint8Array {
  const raw = new Uint8Array(SNP_REPORT_SIZE);
  const view = new DataView(raw.buffer);
  const version = fields.version ?? 3;
  const tcb = emitTcb(product, fields.reportedTcb ?? certified);
  view.setUint32(0, version, true);
  view.setUint32(4, fields.guestSvn ?? 0, true);
  // ABI 0.31, SMT allowed, the reserved one; migration and debug as asked.
  view.setUint32(8, 0x3001f | (fields.isMigratable ? 1 << 18 : 0) | (fields.isDebug ? 1 << 19 : 0), true);
  view.setUint32(0x30, fields.vmpl ?? 0, true);
  view.setUint32(0x34, 1, true);
  raw.set(tcb, 0x38);
  view.setUint32(0x48, key === "VLEK" ? 1 << 2 : 0, true);
  raw.set(fields.reportData ?? new Uint8Array(64), 0x50);
  raw.set(fields.measurement ?? sha512(utf8("sealbook.sim.snp")).slice(0, 48), 0x90);
  raw.set(fields.hostData ?? new Uint8Array(32), 0xc0);
  raw.set(fromHex("ff".repeat(32)), 0x160);
  raw.set(tcb, 0x180);
  if (version >= 3) raw.set(CPUID[product], 0x188);
  raw.set(fields.chipId ?? chipId, 0x1a0);
  raw.set(tcb, 0x1e0);
  raw.set(tcb, 0x1f0);
  return raw;
}

function emitTcb(product: SnpProduct, tcb: NonNullable<SimulatedSnpOptions["tcb"]>): Uint8Array {
  if (product === "turin")
    return Uint8Array.of(tcb.fmc ?? 0, tcb.bootLoader, tcb.tee, tcb.snp, 0, 0, 0, tcb.microcode);
  return Uint8Array.of(tcb.bootLoader, tcb.tee, 0, 0, 0, 0, tcb.snp, tcb.microcode);
}
