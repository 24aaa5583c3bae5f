/** What a report vouches for, and what a history starts from (docs/boundaries.md sections 3 and 6): the bytes to be hashed. */

/** What the enclave's report binds together. */
export interface ReportClaims {
  chainId: bigint;
  /** The registry that will read the quote, 20 bytes. */
  registry: Uint8Array;
  /** The per-boot secp256k1 signer, 20 bytes. */
  signer: Uint8Array;
  /** The per-boot X25519 key, 32 bytes. */
  encryptionKey: Uint8Array;
  /** A recent L1 block, 32 bytes. */
  blockHash: Uint8Array;
  /** SHA-256 of the enclave config, 32 bytes. */
  configHash: Uint8Array;
}

/** SHA-256 of this is the first half of the report data; the second half is zero. */
export function reportPreimage(claims: ReportClaims): Uint8Array {
  return concat([
    padded("sealbook.enclave.v1", 32),
    bigEndian(claims.chainId),
    sized(claims.registry, 20, "registry"),
    sized(claims.signer, 20, "signer"),
    sized(claims.encryptionKey, 32, "encryptionKey"),
    sized(claims.blockHash, 32, "blockHash"),
    sized(claims.configHash, 32, "configHash"),
  ]);
}

/** SHA-256 of this is `chainHash(0)`. */
export function genesisPreimage(chainId: bigint, settlement: Uint8Array, configHash: Uint8Array): Uint8Array {
  return concat([
    padded("sealbook.genesis", 16),
    bigEndian(chainId),
    sized(settlement, 20, "settlement"),
    sized(configHash, 32, "configHash"),
  ]);
}

/** keccak256 of this is what an oracle signs (schema: `oracle-round`). Prices in ascending order of instrument. */
export function oraclePreimage(
  chainId: bigint,
  settlement: Uint8Array,
  round: bigint,
  timeUs: bigint,
  prices: readonly { instrument: number; index: bigint }[],
): Uint8Array {
  const packed = prices.map(({ instrument, index }) => {
    const bytes = new Uint8Array(10);
    const view = new DataView(bytes.buffer);
    view.setUint16(0, instrument);
    view.setBigInt64(2, index);
    return bytes;
  });
  const tag = padded("sealbook.oracle", 15);
  return concat([
    tag,
    bigEndian(chainId),
    sized(settlement, 20, "settlement"),
    bigEndian(round),
    bigEndian(timeUs),
    ...packed,
  ]);
}

function padded(tag: string, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  bytes.set(new TextEncoder().encode(tag));
  return bytes;
}

function bigEndian(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value);
  return bytes;
}

function sized(bytes: Uint8Array, length: number, name: string): Uint8Array {
  if (bytes.length !== length) throw new TypeError(`${name} must be ${length} bytes, not ${bytes.length}`);
  return bytes;
}

function concat(parts: Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
