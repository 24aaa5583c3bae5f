/** `GET /v1/evidence` (docs/boundaries.md section 6): what the host claims. Nothing here is believed; see `attest`. */
import type { Endorsements } from "@sealbook/attestation";
import { SdkError } from "./errors.ts";

/** The document as served, shape checked. Hex fields are 0x-prefixed. */
export interface EvidenceDocument {
  kind: string;
  simulated: boolean;
  quote: Uint8Array;
  endorsements: Endorsements;
  chainId: bigint;
  registry: string;
  settlement: string;
  signer: string;
  encryptionKey: string;
  blockNumber: number;
  blockHash: string;
  configHash: string;
}

/** A quote with its certificates takes 5 KiB and endorsements 30 KiB; what is larger is not evidence. */
const LENGTH_MAX = 1 << 20;
const TIMEOUT_MS = 10_000;

/** Fetches the document of the venue at `url`. @throws {SdkError} E_EVIDENCE */
export async function fetchEvidence(url: string, signal?: AbortSignal): Promise<EvidenceDocument> {
  const where = new URL("/v1/evidence", url);
  const limit = AbortSignal.timeout(TIMEOUT_MS);
  let text: string;
  try {
    const reply = await fetch(where, {
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
      redirect: "error",
    });
    if (!reply.ok) throw new Error(`status ${reply.status}`);
    text = await boundedText(reply);
  } catch (cause) {
    signal?.throwIfAborted();
    throw new SdkError("E_EVIDENCE", `${where}: ${(cause as Error).message}`, { cause });
  }
  return parseDocument(text);
}

/** Reads no further than evidence can be long: a length the server states is only its word. */
async function boundedText(reply: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of reply.body ?? []) {
    length += chunk.length;
    if (length > LENGTH_MAX) throw new Error(`longer than ${LENGTH_MAX} bytes`);
    chunks.push(chunk);
  }
  return new TextDecoder().decode(await new Blob(chunks as BlobPart[]).arrayBuffer());
}

/** The document in this text. @throws {SdkError} E_EVIDENCE, naming the field that is missing or malformed. */
export function parseDocument(text: string): EvidenceDocument {
  let json: Record<string, unknown>;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new SdkError("E_EVIDENCE", "the document is not JSON", { cause });
  }
  const field = (name: string, is: (value: unknown) => boolean): never => {
    const value = Object.hasOwn(json ?? {}, name) ? json[name] : undefined;
    if (!is(value)) throw new SdkError("E_EVIDENCE", `the document's "${name}" is missing or malformed`);
    return value as never;
  };
  const hex = (name: string, length: number): string =>
    (
      field(
        name,
        (value) => typeof value === "string" && new RegExp(`^0x[0-9a-fA-F]{${2 * length}}$`).test(value),
      ) as string
    ).toLowerCase();
  const isText = (value: unknown) => typeof value === "string";
  const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
  return {
    kind: field("kind", isText),
    simulated: field("simulated", (value) => typeof value === "boolean"),
    quote: fromBase64(field("quote", isText)),
    endorsements: field("endorsements", (value) => typeof value === "object" && value !== null),
    chainId: BigInt(field("chainId", isCount)),
    registry: hex("registry", 20),
    settlement: hex("settlement", 20),
    signer: hex("signer", 20),
    encryptionKey: hex("encryptionKey", 32),
    blockNumber: field("blockNumber", isCount),
    blockHash: hex("blockHash", 32),
    configHash: hex("configHash", 32),
  };
}

function fromBase64(text: string): Uint8Array {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch (cause) {
    throw new SdkError("E_EVIDENCE", "the quote is not base64", { cause });
  }
}
