/** The fixed layouts of docs/boundaries.md, one case each, with what went in and the bytes that came out. */
import { emitBatch, headerToWords } from "../src/batch.ts";
import { crc32c } from "../src/crc32c.ts";
import { genesisPreimage, oraclePreimage, reportPreimage } from "../src/evidence.ts";
import { emitFrameHead, emitOpening, encodeFrame, frameNonce } from "../src/frame.ts";
import {
  BATCH_HEADER_TYPES,
  type BatchHeader,
  DELEGATION_TYPES,
  fromHex,
  OPEN_EPOCH_TYPES,
  type TypedField,
  toHex,
} from "../src/header.ts";
import { emitInboxSlot } from "../src/inbox.ts";
import { emitRecord, emitSegmentHeader, journalAad, journalNonce } from "../src/journal.ts";
import { encodeSequenced } from "../src/sequenced.ts";
import type { Json } from "./vectors.ts";

const fill = (byte: number, length: number) => new Uint8Array(length).fill(byte);
const hash = (byte: number) => toHex(fill(byte, 32));

export function layoutVectors(): Json {
  return {
    frame_head: {
      session: "0x0102030405060708",
      counter: "9",
      hex: toHex(emitFrameHead(0x0102_0304_0506_0708n, 9n)),
    },
    frame_nonce: { counter: "258", hex: toHex(frameNonce(258n)) },
    opening: {
      session_key: hash(1),
      enc: hash(2),
      ciphertext: toHex(fill(3, 20)),
      hex: toHex(emitOpening(fill(1, 32), fill(2, 32), fill(3, 20))),
    },
    crc32c: { text: "123456789", crc: crc32c(new TextEncoder().encode("123456789")) },
    sequenced: sequenced(),
    journal_record: {
      epoch: "3",
      sequence: "77",
      chain_hash: hash(9),
      digest: hash(8),
      sealed: toHex(fill(0xab, 20)),
      nonce: toHex(journalNonce(fill(9, 32))),
      aad: toHex(journalAad(3n, 77n, fill(9, 32))),
      hex: toHex(
        emitRecord({
          epoch: 3n,
          sequence: 77n,
          chainHash: fill(9, 32),
          digest: fill(8, 32),
          sealed: fill(0xab, 20),
        }),
      ),
    },
    segment_header: {
      genesis_hash: hash(7),
      first_sequence: "1",
      hex: toHex(emitSegmentHeader({ genesisHash: fill(7, 32), firstSequence: 1n })),
    },
    batch: batch(),
    inbox_entry: {
      index: "7",
      kind: 1,
      owner: toHex(fill(1, 20)),
      subaccount: 2,
      amount: "1000000",
      data: hash(3),
      at: "1700000000",
      hex: toHex(
        emitInboxSlot({
          type: "inbox-entry",
          index: 7n,
          kind: "deposit",
          owner: fill(1, 20),
          subaccount: 2,
          amount: 1_000_000n,
          data: fill(3, 32),
          at: 1_700_000_000n,
        }),
      ),
    },
    report: {
      chain_id: "31337",
      registry: toHex(fill(1, 20)),
      signer: toHex(fill(2, 20)),
      encryption_key: hash(3),
      block_hash: hash(4),
      config_hash: hash(5),
      hex: toHex(
        reportPreimage({
          chainId: 31_337n,
          registry: fill(1, 20),
          signer: fill(2, 20),
          encryptionKey: fill(3, 32),
          blockHash: fill(4, 32),
          configHash: fill(5, 32),
        }),
      ),
    },
    genesis: {
      chain_id: "31337",
      settlement: toHex(fill(1, 20)),
      config_hash: hash(5),
      hex: toHex(genesisPreimage(31_337n, fill(1, 20), fill(5, 32))),
    },
    oracle: {
      chain_id: "31337",
      settlement: toHex(fill(1, 20)),
      round: "9",
      time_us: "1700000000000000",
      prices: [
        { instrument: 1, index: "-5" },
        { instrument: 2, index: "70000" },
      ],
      hex: toHex(
        oraclePreimage(31_337n, fill(1, 20), 9n, 1_700_000_000_000_000n, [
          { instrument: 1, index: -5n },
          { instrument: 2, index: 70_000n },
        ]),
      ),
    },
    eip712: {
      delegation: typeString(DELEGATION_TYPES),
      batch_header: typeString(BATCH_HEADER_TYPES),
      open_epoch: typeString(OPEN_EPOCH_TYPES),
    },
  };
}

const typeString = (types: Record<string, TypedField[]>): string =>
  Object.entries(types)
    .map(([name, fields]) => `${name}(${fields.map((field) => `${field.type} ${field.name}`).join(",")})`)
    .join("");

function sequenced(): Json {
  const frame = encodeFrame([{ type: "cancel", order: 7n }]);
  const raw = frame.subarray(1);
  const bytes = encodeSequenced(
    {
      origin: "session",
      epoch: 1n,
      sequence: 2n,
      timeUs: 3n,
      account: 4,
      delegationNonce: 5n,
      delegationExpiry: 6n,
      scopes: 7,
      result: 206,
      resultDigest: fill(8, 32),
      blind: fill(9, 16),
    },
    raw,
  );
  return {
    origin: 1,
    epoch: "1",
    sequence: "2",
    time_us: "3",
    account: 4,
    delegation_nonce: "5",
    delegation_expiry: "6",
    scopes: 7,
    result: 206,
    result_digest: hash(8),
    blind: toHex(fill(9, 16)),
    command: toHex(raw),
    hex: toHex(bytes),
  };
}

function batch(): Json {
  const header: BatchHeader = {
    epoch: 1n,
    number: 2n,
    firstSequence: 3n,
    lastSequence: 4n,
    chainHash: hash(5),
    stateRootBefore: hash(6),
    stateRootAfter: hash(7),
    inboxCursor: 8n,
    inboxHash: hash(9),
    withdrawalsRoot: hash(10),
    withdrawalsTotal: 5_000_000n,
    dataHash: hash(11),
    blobsHash: hash(12),
    oracleRound: 13n,
    closedAt: 1_700_000_000n,
  };
  const withdrawals = [{ account: 9, owner: toHex(fill(0xaa, 20)), amount: 5_000_000n, nonce: 1n }];
  const whole = emitBatch({ header, signature: fill(0x1b, 65), withdrawals, data: fromHex("0x010203", 3) });
  const plain = Object.fromEntries(Object.entries(header).map(([name, value]) => [name, value.toString()]));
  return {
    header: plain,
    words: toHex(headerToWords(header)),
    signature: toHex(fill(0x1b, 65)),
    withdrawals: [{ account: 9, owner: toHex(fill(0xaa, 20)), amount: "5000000", nonce: "1" }],
    data: "0x010203",
    hex: toHex(whole),
  };
}
