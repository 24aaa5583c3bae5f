import { X509Certificate } from "node:crypto";
import { type Contract, dataLength, keccak256, type Signer, type TransactionReceipt } from "ethers";
import { contractAt } from "./artifacts.ts";

/** Offsets in an SGX quote v3 (Intel "ECDSA Quote Library API", appendix A.4). */
const AT_AUTH_LENGTH = 1012;
const FIXED_LENGTH = 1014;
const CERTIFICATION_PEM_CHAIN = 5;
/** SubjectPublicKeyInfo of an uncompressed P-256 point, up to the point's x. */
const P256_KEY_PREFIX = Buffer.from("3059301306072a8648ce3d020106082a8648ce3d03010703420004", "hex");

/** A P-256 public key, both halves 0x-hex 32 bytes. */
export interface P256Key {
  readonly x: string;
  readonly y: string;
}

/** A quote split by lifetime, as the registry wants it; all bytes 0x-hex. */
export interface QuoteCalldata {
  /** For `registerCa`: the intermediate's DER. */
  readonly ca: string;
  readonly caKey: P256Key;
  /** For `registerPck`: the leaf's DER. */
  readonly pck: string;
  readonly pckKey: P256Key;
  /** For `register`: the quote up to its certification data. */
  readonly quote: string;
}

/** What the enclave's report data commits to, and the quote that carries it. */
export interface Registration {
  readonly quote: Uint8Array;
  readonly signer: string;
  /** X25519, 0x-hex. */
  readonly encryptionKey: string;
  readonly blockNumber: number;
  readonly configHash: string;
}

/** Gas of the transactions sent; absent where the chain already knew the certificate. */
export interface RegistrationGas {
  readonly registerCa?: bigint;
  readonly registerPck?: bigint;
  readonly register: bigint;
}

/** The quote is not one the registry can take. */
export class CalldataError extends Error {
  readonly code = "BAD_QUOTE";

  constructor(detail: string) {
    super(`BAD_QUOTE: ${detail}`);
    this.name = "CalldataError";
  }
}

/**
 * Splits a quote v3 with an embedded PEM chain. Judges nothing: the contract does.
 * @throws {CalldataError} when the quote does not have the parts.
 */
export function quoteCalldata(quote: Uint8Array): QuoteCalldata {
  const bytes = Buffer.from(quote.buffer, quote.byteOffset, quote.byteLength);
  if (bytes.length < FIXED_LENGTH)
    throw new CalldataError(`a quote v3 has more than ${FIXED_LENGTH} bytes, not ${bytes.length}`);
  const version = bytes.readUInt16LE(0);
  if (version !== 3) throw new CalldataError(`quote version 3 expected, ${version} found`);
  const end = FIXED_LENGTH + bytes.readUInt16LE(AT_AUTH_LENGTH);
  if (bytes.length < end + 6)
    throw new CalldataError(`the quote ends at byte ${bytes.length}, inside its auth data`);
  const type = bytes.readUInt16LE(end);
  if (type !== CERTIFICATION_PEM_CHAIN)
    throw new CalldataError(`certification data type 5 (PEM chain) expected, ${type} found`);
  const chainEnd = end + 6 + bytes.readUInt32LE(end + 2);
  if (bytes.length < chainEnd)
    throw new CalldataError(`the certificate chain ends at byte ${chainEnd}, the quote at ${bytes.length}`);
  const { leaf, intermediate } = sortChain(parsePem(bytes.toString("latin1", end + 6, chainEnd)));
  return {
    ca: hex(intermediate.raw),
    caKey: publicKey(intermediate),
    pck: hex(leaf.raw),
    pckKey: publicKey(leaf),
    quote: hex(bytes.subarray(0, end)),
  };
}

/** Registers whatever the registry does not know yet: CA, PCK certificate, signer. */
export async function registerEnclave(
  registryAddress: string,
  sender: Signer,
  registration: Registration,
): Promise<RegistrationGas> {
  const registry = contractAt("AttestationRegistry", registryAddress, sender);
  const parts = quoteCalldata(registration.quote);
  const { caKey, pckKey } = parts;
  const registerCa = (await isKnown(registry, "caOf", caKey))
    ? undefined
    : await send(registry, "registerCa", parts.ca);
  const registerPck = (await isKnown(registry, "pckOf", pckKey))
    ? undefined
    : await send(registry, "registerPck", parts.pck, caKey.x, caKey.y);
  const register = await send(registry, "register", { ...registration, quote: parts.quote, pckKey });
  return {
    register,
    ...(registerCa === undefined ? {} : { registerCa }),
    ...(registerPck === undefined ? {} : { registerPck }),
  };
}

async function isKnown(registry: Contract, view: "caOf" | "pckOf", key: P256Key): Promise<boolean> {
  const record = await registry.getFunction(view)(keccak256(key.x + key.y.slice(2)));
  return record.notAfter !== 0n;
}

async function send(registry: Contract, name: string, ...args: unknown[]): Promise<bigint> {
  const response = await registry.getFunction(name)(...args);
  const txReceipt: TransactionReceipt = await response.wait();
  return txReceipt.gasUsed;
}

function parsePem(text: string): X509Certificate[] {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  try {
    return blocks.map((pem) => new X509Certificate(pem));
  } catch (cause) {
    throw new CalldataError(`a certificate does not parse: ${(cause as Error).message}`);
  }
}

/** By names, not by position: genuine quotes exist whose chain is leaf, root, intermediate. */
function sortChain(chain: readonly X509Certificate[]): {
  leaf: X509Certificate;
  intermediate: X509Certificate;
} {
  const leaf = chain.find(
    (candidate) => !chain.some((other) => other !== candidate && other.issuer === candidate.subject),
  );
  const intermediate = chain.find((candidate) => candidate !== leaf && candidate.subject === leaf?.issuer);
  if (!leaf || !intermediate)
    throw new CalldataError(`no PCK certificate with its CA among ${chain.length} certificates`);
  return { leaf, intermediate };
}

function publicKey(certificate: X509Certificate): P256Key {
  const spki = certificate.publicKey.export({ type: "spki", format: "der" });
  const point = hex(spki.subarray(P256_KEY_PREFIX.length));
  if (!spki.subarray(0, P256_KEY_PREFIX.length).equals(P256_KEY_PREFIX) || dataLength(point) !== 64) {
    throw new CalldataError(`the key of "${certificate.subject}" is not an uncompressed P-256 point`);
  }
  return { x: point.slice(0, 66), y: `0x${point.slice(66)}` };
}

function hex(bytes: Uint8Array): string {
  return `0x${Buffer.from(bytes).toString("hex")}`;
}
