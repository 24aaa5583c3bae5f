import { sha384 } from "@noble/hashes/sha2.js";
import { fromHex, utf8 } from "../bytes.ts";
import { cbor } from "./cbor-writer.ts";
import { issue, type SimulatedAuthority } from "./certificates.ts";
import { ROOT_LABEL } from "./labels.ts";

const PROTECTED_ES384 = fromHex("a1013822");
const LEAF_LIFE_MS = 3 * 3_600_000;
const NO_BYTES = new Uint8Array(0);

export interface SimulatedNitroOptions {
  /** When the enclave's certificate begins; it lives three hours, as AWS's do. */
  readonly bootedAt?: Date;
}

export interface NitroDocumentFields {
  /** Milliseconds since 1970. */
  readonly timestamp?: number;
  readonly pcrs?: Readonly<Record<number, Uint8Array>>;
  readonly isDebug?: boolean;
  readonly publicKey?: Uint8Array;
  readonly userData?: Uint8Array;
  readonly nonce?: Uint8Array;
}

/** A Nitro hypervisor that signs attestation documents under a simulated AWS root. */
export class SimulatedNitro {
  readonly #bootedAt: Date;
  readonly #chain: readonly SimulatedAuthority[];

  constructor(seed: Uint8Array, options: SimulatedNitroOptions = {}) {
    this.#bootedAt = options.bootedAt ?? new Date("2026-06-01T00:00:00Z");
    const root = issue(seed, {
      commonName: "Simulated aws.nitro-enclaves",
      label: ROOT_LABEL.nitro,
      curve: "P-384",
      pathLength: 3,
    });
    const regional = this.#authority(seed, "region", root, 2);
    const zonal = this.#authority(seed, "zone", regional, 1);
    const instance = this.#authority(seed, "instance", zonal, 0);
    const leaf = issue(seed, {
      commonName: "Simulated nitro enclave",
      label: "nitro.leaf",
      curve: "P-384",
      issuer: instance,
      notBefore: this.#bootedAt,
      notAfter: new Date(this.#bootedAt.getTime() + LEAF_LIFE_MS),
    });
    this.#chain = [root, regional, zonal, instance, leaf];
  }

  #authority(
    seed: Uint8Array,
    label: string,
    issuer: SimulatedAuthority,
    pathLength: number,
  ): SimulatedAuthority {
    return issue(seed, {
      commonName: `Simulated nitro ${label}`,
      label: `nitro.${label}`,
      curve: "P-384",
      issuer,
      pathLength,
    });
  }

  /** A COSE_Sign1 document, untagged, as the Nitro Secure Module hands it out. */
  document(fields: NitroDocumentFields = {}): Uint8Array {
    const payload = emitPayload(this.#chain, fields, this.#bootedAt.getTime());
    const signed = cbor.array(
      cbor.text("Signature1"),
      cbor.bytes(PROTECTED_ES384),
      cbor.bytes(NO_BYTES),
      cbor.bytes(payload),
    );
    const signature = this.#chain[this.#chain.length - 1]!.key.sign(signed);
    return cbor.array(cbor.bytes(PROTECTED_ES384), cbor.map(), cbor.bytes(payload), cbor.bytes(signature));
  }
}

function emitPayload(
  chain: readonly SimulatedAuthority[],
  fields: NitroDocumentFields,
  now: number,
): Uint8Array {
  const digest = (index: number) => {
    if (fields.pcrs?.[index]) return fields.pcrs[index];
    const isSet = index <= 2 && !fields.isDebug;
    return isSet ? sha384(utf8(`sealbook.sim.pcr${index}`)) : new Uint8Array(48);
  };
  const optional = (bytes: Uint8Array | undefined) => (bytes ? cbor.bytes(bytes) : cbor.null);
  const authorities = chain.slice(0, -1).map(({ certificate }) => cbor.bytes(certificate));
  const members: [string, Uint8Array][] = [
    ["module_id", cbor.text("i-0simulated-enc0simulated")],
    ["digest", cbor.text("SHA384")],
    ["timestamp", cbor.integer(fields.timestamp ?? now)],
    [
      "pcrs",
      cbor.map(...Array.from({ length: 16 }, (_, i) => [cbor.integer(i), cbor.bytes(digest(i))] as const)),
    ],
    ["certificate", cbor.bytes(chain[chain.length - 1]!.certificate)],
    ["cabundle", cbor.array(...authorities)],
    ["public_key", optional(fields.publicKey)],
    ["user_data", optional(fields.userData)],
    ["nonce", optional(fields.nonce)],
  ];
  return cbor.map(...members.map(([name, value]) => [cbor.text(name), value] as const));
}
