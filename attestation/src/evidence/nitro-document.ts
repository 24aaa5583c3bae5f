import { concat, toHex, utf8 } from "../bytes.ts";
import { AttestationError } from "../errors.ts";
import { type Cbor, type CborMap, parseCbor } from "./cbor.ts";

/** COSE header map `{1: -35}`: ES384, and nothing else (RFC 9053 table 1). */
const PROTECTED_ES384 = "a1013822";
const SIGNATURE_SIZE = 96;
const PCRS_MAX = 32;
const TAG_COSE_SIGN1 = 0xd2;
/** Members a document may have (AWS, "Verifying the root of trust", "Attestation document specification"). */
const REQUIRED = ["module_id", "digest", "timestamp", "pcrs", "certificate", "cabundle"];
const OPTIONAL = ["public_key", "user_data", "nonce"];

/** An AWS Nitro Enclaves attestation document. */
export interface NitroDocument {
  readonly kind: "nitro";
  /** The COSE Sig_structure: what the signature is over. */
  readonly signed: Uint8Array;
  /** r‖s, 96 bytes. */
  readonly signature: Uint8Array;
  readonly moduleId: string;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly pcrs: ReadonlyMap<number, Uint8Array>;
  /** DER. */
  readonly certificate: Uint8Array;
  /** DER, root first. */
  readonly caBundle: readonly Uint8Array[];
  readonly publicKey: Uint8Array | null;
  readonly userData: Uint8Array | null;
  readonly nonce: Uint8Array | null;
}

export function looksLikeNitro(bytes: Uint8Array): boolean {
  const start = bytes[0] === TAG_COSE_SIGN1 ? 1 : 0;
  return bytes[start] === 0x84 && bytes[start + 1] === 0x44;
}

/**
 * Parses a COSE_Sign1 document (RFC 9052 section 4.2), with or without its tag 18, and its payload.
 * @throws {AttestationError} DOCUMENT_MALFORMED.
 */
export function parseNitroDocument(bytes: Uint8Array): NitroDocument {
  const outer = parseCbor(bytes[0] === TAG_COSE_SIGN1 ? bytes.subarray(1) : bytes);
  if (!Array.isArray(outer) || outer.length !== 4) fail("not an array of four");
  const [header, unprotected, payload, signature] = outer as readonly Cbor[];
  if (!(header instanceof Uint8Array) || toHex(header) !== PROTECTED_ES384)
    fail("protected header is not ES384 alone");
  if (!(unprotected instanceof Map) || unprotected.size !== 0) fail("unprotected header is not empty");
  if (!(payload instanceof Uint8Array)) return fail("payload is no byte string");
  if (!(signature instanceof Uint8Array) || signature.length !== SIGNATURE_SIZE)
    return fail("signature is not 96 bytes");
  const members = parseCbor(payload);
  if (!(members instanceof Map)) return fail("payload is no map");
  const signed = concat(
    Uint8Array.of(0x84, 0x6a),
    utf8("Signature1"),
    cborBytes(header as Uint8Array),
    cborBytes(new Uint8Array(0)),
    cborBytes(payload),
  );
  return { kind: "nitro", signed, signature, ...parseMembers(members) };
}

function parseMembers(members: CborMap) {
  for (const name of REQUIRED) if (!members.has(name)) fail(`"${name}" is missing`);
  for (const name of members.keys()) {
    if (typeof name !== "string" || !(REQUIRED.includes(name) || OPTIONAL.includes(name)))
      fail(`member "${name}" is unknown`);
  }
  const moduleId = members.get("module_id");
  if (typeof moduleId !== "string" || moduleId === "") return fail('"module_id" is no text');
  if (members.get("digest") !== "SHA384") return fail('"digest" is not SHA384');
  const timestamp = members.get("timestamp");
  if (typeof timestamp !== "number" || timestamp <= 0) return fail('"timestamp" is no time');
  const bundle = members.get("cabundle");
  if (!Array.isArray(bundle) || bundle.length === 0) return fail('"cabundle" is empty');
  return {
    moduleId,
    timestamp,
    pcrs: parsePcrs(members.get("pcrs")),
    certificate: bytesOf("certificate", members.get("certificate"), 1, 1024),
    caBundle: (bundle as readonly Cbor[]).map((item) => bytesOf("cabundle", item, 1, 1024)),
    publicKey: optional(members, "public_key", 1, 1024),
    userData: optional(members, "user_data", 0, 512),
    nonce: optional(members, "nonce", 0, 512),
  };
}

function parsePcrs(value: Cbor | undefined): ReadonlyMap<number, Uint8Array> {
  if (!(value instanceof Map) || value.size === 0 || value.size > PCRS_MAX)
    return fail('"pcrs" has no or too many entries');
  const pcrs = new Map<number, Uint8Array>();
  for (const [index, digest] of value as CborMap) {
    if (typeof index !== "number" || index < 0 || index >= PCRS_MAX) return fail(`PCR index ${index}`);
    if (!(digest instanceof Uint8Array) || ![32, 48, 64].includes(digest.length))
      return fail(`PCR${index} is no digest`);
    pcrs.set(index, digest);
  }
  return pcrs;
}

function optional(members: CborMap, name: string, min: number, max: number): Uint8Array | null {
  const value = members.get(name) ?? null;
  return value === null ? null : bytesOf(name, value, min, max);
}

function bytesOf(name: string, value: Cbor | undefined, min: number, max: number): Uint8Array {
  const isFit = value instanceof Uint8Array && value.length >= min && value.length <= max;
  return isFit ? value : fail(`"${name}" is not ${min} to ${max} bytes`);
}

/** A byte string as CBOR: the payload's length needs at most two bytes. */
function cborBytes(bytes: Uint8Array): Uint8Array {
  const { length } = bytes;
  if (length < 24) return concat(Uint8Array.of(0x40 | length), bytes);
  if (length < 0x100) return concat(Uint8Array.of(0x58, length), bytes);
  if (length < 0x10000) return concat(Uint8Array.of(0x59, length >> 8, length & 0xff), bytes);
  return fail("payload larger than 64 KiB");
}

function fail(detail: string): never {
  throw new AttestationError("DOCUMENT_MALFORMED", detail);
}
