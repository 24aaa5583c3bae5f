/** The batch record of ring 2 (docs/boundaries.md section 4): signed header, withdrawals, data. */
import { ParseError } from "./error.ts";
import { BATCH_HEADER_TYPES, type BatchHeader, fromHex, toHex } from "./header.ts";

/** Bytes of the header: 15 ABI words. */
export const BATCH_HEADER_LENGTH = 480;
export const SIGNATURE_LENGTH = 65;
export const WITHDRAWAL_LENGTH = 40;

export interface Withdrawal {
  account: number;
  /** 0x-hex address. */
  owner: string;
  /** 1e-6 of the collateral token. */
  amount: bigint;
  nonce: bigint;
}

export interface Batch {
  header: BatchHeader;
  /** r ‖ s ‖ v, v 27 or 28. */
  signature: Uint8Array;
  withdrawals: Withdrawal[];
  /** Packed leaf diffs: `dataHash` is their keccak256, and `blobsHash` names the blobs that carry them. */
  data: Uint8Array;
}

/** Parses a batch record; `BAD_FRAME` at the offset of what does not hold. */
export function parseBatch(bytes: Uint8Array): Batch {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const take = (length: number): Uint8Array => {
    if (bytes.length - at < length) throw new ParseError("BAD_FRAME", at);
    at += length;
    return bytes.subarray(at - length, at);
  };
  const u32 = (): number => {
    take(4);
    return view.getUint32(at - 4, true);
  };
  if (u32() !== BATCH_HEADER_LENGTH) throw new ParseError("BAD_FRAME", 0);
  const header = headerFromWords(take(BATCH_HEADER_LENGTH), 4);
  const signature = take(SIGNATURE_LENGTH).slice();
  const count = u32();
  if (count * WITHDRAWAL_LENGTH > bytes.length - at) throw new ParseError("BAD_FRAME", at - 4);
  const withdrawals: Withdrawal[] = [];
  for (let index = 0; index < count; index++) withdrawals.push(parseWithdrawal(take(WITHDRAWAL_LENGTH)));
  const data = take(u32()).slice();
  if (at !== bytes.length) throw new ParseError("BAD_FRAME", at);
  return { header, signature, withdrawals, data };
}

/** The record's bytes. */
export function emitBatch({ header, signature, withdrawals, data }: Batch): Uint8Array {
  const tail = 4 + BATCH_HEADER_LENGTH + SIGNATURE_LENGTH;
  const bytes = new Uint8Array(tail + 4 + withdrawals.length * WITHDRAWAL_LENGTH + 4 + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, BATCH_HEADER_LENGTH, true);
  bytes.set(headerToWords(header), 4);
  bytes.set(signature.subarray(0, SIGNATURE_LENGTH), 4 + BATCH_HEADER_LENGTH);
  view.setUint32(tail, withdrawals.length, true);
  let at = tail + 4;
  for (const withdrawal of withdrawals) {
    view.setUint32(at, withdrawal.account, true);
    bytes.set(fromHex(withdrawal.owner, 20), at + 4);
    view.setBigUint64(at + 24, withdrawal.amount, true);
    view.setBigUint64(at + 32, withdrawal.nonce, true);
    at += WITHDRAWAL_LENGTH;
  }
  view.setUint32(at, data.length, true);
  bytes.set(data, at + 4);
  return bytes;
}

function parseWithdrawal(bytes: Uint8Array): Withdrawal {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    account: view.getUint32(0, true),
    owner: toHex(bytes.subarray(4, 24)),
    amount: view.getBigUint64(24, true),
    nonce: view.getBigUint64(32, true),
  };
}

/** ABI words → header. A uint64 word with anything above 64 bits is `BAD_FRAME`. */
export function headerFromWords(words: Uint8Array, base = 0): BatchHeader {
  const header: Record<string, bigint | string> = {};
  BATCH_HEADER_TYPES.BatchHeader.forEach(({ name, type }, index) => {
    const word = words.subarray(32 * index, 32 * index + 32);
    if (type === "bytes32") {
      header[name] = toHex(word);
      return;
    }
    if (word.subarray(0, 24).some((byte) => byte !== 0)) throw new ParseError("BAD_FRAME", base + 32 * index);
    header[name] = new DataView(word.buffer, word.byteOffset, 32).getBigUint64(24);
  });
  return header as unknown as BatchHeader;
}

/** Header → ABI words. */
export function headerToWords(header: BatchHeader): Uint8Array {
  const words = new Uint8Array(BATCH_HEADER_LENGTH);
  const view = new DataView(words.buffer);
  BATCH_HEADER_TYPES.BatchHeader.forEach(({ name }, index) => {
    const value = header[name as keyof BatchHeader];
    if (typeof value === "string") words.set(fromHex(value, 32), 32 * index);
    else view.setBigUint64(32 * index + 24, value);
  });
  return words;
}
