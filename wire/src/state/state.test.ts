import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ParseError } from "../error.ts";
import { BLOB_LENGTH, blobsOf, DATA_BYTES_PER_BLOB, dataOfBlobs } from "./blob.ts";
import { type BatchData, packData, packWords, unpackData, unpackPadded } from "./data.ts";
import { equityOf, fundingOwed, owedOf, paidOf, scaleOf } from "./exit-value.ts";
import {
  type AccountLeaf,
  accountWordsOf,
  type InstrumentLeaf,
  readAccount,
  readInstrument,
  writeAccount,
} from "./leaf.ts";
import { hash } from "./poseidon2.ts";
import { MODULUS } from "./poseidon2-constants.ts";
import { SparseTree, stateRoot, verifyPath } from "./tree.ts";
import { VenueState } from "./venue-state.ts";

const owner = `0x${"ab".repeat(20)}`;

function accountLeaf(own: Partial<AccountLeaf> = {}): AccountLeaf {
  return {
    owner,
    subaccount: 0,
    flags: 0,
    keyX: 0n,
    keyY: 0n,
    collateral: 0n,
    nonce: 0n,
    positions: [],
    ...own,
  };
}

/** An instrument's packed leaf: only what an exit reads is not zero. */
function instrumentPacked(id: number, mark: bigint, fundingIndex: bigint): Uint8Array {
  const prices = BigInt.asUintN(64, mark) | (mark << 64n);
  return packWords([BigInt(id), 500n, prices, BigInt.asUintN(96, fundingIndex), 0n, 0n, 0n, 0n, 0n]);
}

const int = (bits: number) => fc.bigInt({ min: -(2n ** BigInt(bits - 1)), max: 2n ** BigInt(bits - 1) - 1n });
const accounts = fc.record({
  owner: fc
    .uint8Array({ minLength: 20, maxLength: 20 })
    .map((bytes) => `0x${Buffer.from(bytes).toString("hex")}`),
  subaccount: fc.nat(255),
  flags: fc.nat(255),
  keyX: fc.bigInt({ min: 0n, max: MODULUS - 1n }),
  keyY: fc.constant(0n),
  collateral: int(64),
  nonce: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  positions: fc
    .uniqueArray(
      fc.record({
        instrument: fc.integer({ min: 1, max: 65_535 }),
        size: int(64),
        cost: int(64),
        fundingIndex: int(96),
      }),
      { maxLength: 16, selector: ({ instrument }) => instrument },
    )
    .map((positions) => positions.sort((a, b) => a.instrument - b.instrument)),
});

describe("leaves", () => {
  it("an account reads back as it was written", () => {
    fc.assert(
      fc.property(accounts, (account) => {
        expect(readAccount(writeAccount(account))).toEqual(account);
      }),
    );
  });

  it("words are those of docs/state.md, bit by bit", () => {
    const position = { instrument: 0x1234, size: -2n, cost: 3n, fundingIndex: -1n };
    const words = accountWordsOf(
      writeAccount(
        accountLeaf({ subaccount: 7, flags: 1, collateral: -1n, nonce: 9n, positions: [position] }),
      ),
    );
    expect(words[0]).toBe(BigInt(owner) + (7n << 160n) + (1n << 168n));
    expect(words[3]).toBe(2n ** 64n - 1n + (9n << 64n));
    expect(words[4]).toBe(0x1234n + ((2n ** 64n - 2n) << 16n) + (3n << 80n) + ((2n ** 96n - 1n) << 144n));
  });

  it("refuses what no engine writes", () => {
    const words = accountWordsOf(writeAccount(accountLeaf({ positions: [] })));
    const faults: [number, bigint][] = [
      [0, 1n << 176n],
      [3, 1n << 128n],
      [4, (5n << 80n) | (1n << 240n) | 1n],
      [5, 7n],
      [4, 5n << 80n],
    ];
    for (const [at, word] of faults) {
      expect(() => readAccount(packWords(words.with(at, word))), `word ${at}`).toThrow(ParseError);
    }
  });
});

describe("batch data", () => {
  const batch: BatchData = {
    oracleRound: 11n,
    nextAccount: 12,
    accounts: [
      { index: 0, packed: packWords(Array(20).fill(0n)) },
      { index: 7, packed: writeAccount(accountLeaf({ collateral: 5n })) },
    ],
    instruments: [{ index: 2, packed: instrumentPacked(2, 100n, -1n) }],
    withdrawals: [{ owner, amount: 258n }],
  };

  it("what was packed unpacks, and the bytes are those of the page", () => {
    const bytes = packData(batch);
    expect(unpackData(bytes)).toEqual(batch);
    const head = "02" + "0b00000000000000" + "0c000000" + "02000000" + "00000000" + "00000000" + "07000000";
    expect(Buffer.from(bytes).toString("hex").startsWith(head)).toBe(true);
    expect(
      Buffer.from(bytes)
        .toString("hex")
        .endsWith(`01000000${"ab".repeat(20)}0201000000000000`),
    ).toBe(true);
  });

  it("one state has one encoding: every other is refused at the byte where it strays", () => {
    const bytes = packData(batch);
    const changed = (at: number, value: number) => {
      const copy = bytes.slice();
      copy[at] = value;
      return copy;
    };
    const faults: [string, Uint8Array, number][] = [
      ["version", changed(0, 1), 0],
      ["more accounts than bytes", changed(14, 0xff), 13],
      ["indices not ascending", changed(25, 0), 25],
      ["a mask bit beyond the words", changed(31, 0x10), 29],
      ["a length of 0", changed(33, 0), 33],
      ["a length of 33", changed(33, 33), 33],
      ["cut short", bytes.subarray(0, -1), bytes.length - 1],
      ["trailing bytes", Uint8Array.from([...bytes, 0]), bytes.length],
    ];
    for (const [what, faulty, offset] of faults) {
      let caught: unknown;
      try {
        unpackData(faulty);
      } catch (error) {
        caught = error;
      }
      expect(caught, what).toBeInstanceOf(ParseError);
      if (what !== "cut short") expect((caught as ParseError).offset, what).toBe(offset);
    }
  });

  it("refuses a word with a leading zero, and one at the modulus", () => {
    const packed = Uint8Array.from([1, 0, 0, 0, 2, 5, 0]);
    expect(() => unpackData(packData({ ...batch, accounts: [{ index: 1, packed }] }))).toThrow(/BAD_FRAME/);
    const atModulus = packWords([MODULUS - 1n, ...Array(19).fill(0n)]);
    expect(() =>
      unpackData(packData({ ...batch, accounts: [{ index: 1, packed: atModulus }] })),
    ).not.toThrow();
    atModulus[5]! += 1;
    expect(() => unpackData(packData({ ...batch, accounts: [{ index: 1, packed: atModulus }] }))).toThrow(
      /OUT_OF_RANGE/,
    );
  });

  it("any bytes: unpacked or refused, and what unpacks packs to the same bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(80), fc.nat(255), (noise, at, value) => {
        for (const bytes of [
          noise,
          Uint8Array.from(packData(batch), (byte, i) => (i === at ? value : byte)),
        ]) {
          try {
            expect(packData(unpackData(bytes))).toEqual(bytes);
          } catch (error) {
            expect(error).toBeInstanceOf(ParseError);
          }
        }
      }),
    );
  });
});

describe("blobs", () => {
  it("carry data of every length around their edges, every element below the scalar modulus", () => {
    for (const length of [
      0,
      1,
      30,
      31,
      32,
      DATA_BYTES_PER_BLOB - 1,
      DATA_BYTES_PER_BLOB,
      DATA_BYTES_PER_BLOB + 1,
    ]) {
      const data = Uint8Array.from({ length }, (_, i) => (i % 255) + 1);
      const blobs = blobsOf(data);
      expect(blobs).toHaveLength(length > DATA_BYTES_PER_BLOB ? 2 : 1);
      for (const blob of blobs) for (let at = 0; at < BLOB_LENGTH; at += 32) expect(blob[at]).toBe(0);
      const carried = dataOfBlobs(blobs);
      expect(carried.subarray(0, length)).toEqual(data);
      expect(carried.subarray(length).every((byte) => byte === 0)).toBe(true);
    }
    expect(() => blobsOf(new Uint8Array(6 * DATA_BYTES_PER_BLOB + 1))).toThrow(RangeError);
  });

  it("a blob with something in the byte that must be zero, or cut short, is refused", () => {
    const [blob] = blobsOf(Uint8Array.of(1)) as [Uint8Array];
    expect(() => dataOfBlobs([blob.subarray(1)])).toThrow(ParseError);
    blob[64] = 1;
    expect(() => dataOfBlobs([blob])).toThrow(/BAD_FRAME at byte 64/);
  });

  it("packed data says where it ends", () => {
    const bytes = packData({
      oracleRound: 1n,
      nextAccount: 1,
      accounts: [],
      instruments: [],
      withdrawals: [],
    });
    const { length } = unpackPadded(dataOfBlobs(blobsOf(bytes)));
    expect(length).toBe(bytes.length);
  });
});

describe("exit value", () => {
  const instrument = (mark: bigint, fundingIndex: bigint): InstrumentLeaf =>
    readInstrument(instrumentPacked(1, mark, fundingIndex))!;
  const position = (size: bigint, cost: bigint, fundingIndex = 0n) => ({
    instrument: 1,
    size,
    cost,
    fundingIndex,
  });

  it("collateral plus what closing at the mark brings, less funding", () => {
    const account = accountLeaf({ collateral: 1_000n, positions: [position(10n, 950n)] });
    expect(equityOf(account, () => instrument(100n, 0n))).toBe(1_050n);
    expect(equityOf(account, () => instrument(100n, 2n * 2n ** 32n))).toBe(1_030n);
    const short = accountLeaf({ collateral: 1_000n, positions: [position(-10n, -950n)] });
    expect(equityOf(short, () => instrument(100n, 2n * 2n ** 32n))).toBe(970n);
  });

  it("funding rounds up, whoever owes", () => {
    expect(fundingOwed(position(1n, 0n), instrument(0n, 1n))).toBe(1n);
    expect(fundingOwed(position(-1n, 0n), instrument(0n, 1n))).toBe(0n);
    expect(fundingOwed(position(-1n, 0n), instrument(0n, 2n ** 32n + 1n))).toBe(-1n);
    expect(fundingOwed(position(3n, 0n, 5n), instrument(0n, 5n))).toBe(0n);
  });

  it("a position in an instrument the state does not have is an error, not a zero", () => {
    const account = accountLeaf({ positions: [position(1n, 1n)] });
    expect(() => equityOf(account, () => undefined)).toThrow(/UNKNOWN_INSTRUMENT|instrument 1/);
  });

  it("claims never exceed the vault, in any mix of winners, losers and insurance", () => {
    const equity = fc.bigInt({ min: -(10n ** 9n), max: 10n ** 9n });
    fc.assert(
      fc.property(fc.array(equity, { minLength: 1, maxLength: 20 }), equity, (traders, insurance) => {
        const vault = [...traders, insurance].reduce((sum, value) => sum + value, 0n);
        fc.pre(vault > 0n);
        const deficit = [...traders, insurance].reduce((sum, value) => sum + (value < 0n ? -value : 0n), 0n);
        const scale = scaleOf(vault, owedOf(vault, deficit, insurance));
        const paid = traders.map((value) => paidOf(value, scale));
        expect(paid.reduce((sum, value) => sum + value, 0n)).toBeLessThanOrEqual(vault);
        if (deficit <= (insurance > 0n ? insurance : 0n)) {
          expect(paid).toEqual(traders.map((value) => (value > 0n ? value : 0n)));
        }
      }),
    );
  });
});

describe("venue state", () => {
  const packed = (collateral: bigint) => writeAccount(accountLeaf({ collateral }));
  const first: BatchData = {
    oracleRound: 1n,
    nextAccount: 3,
    accounts: [
      { index: 0, packed: packed(9n) },
      { index: 2, packed: packed(-4n) },
    ],
    instruments: [{ index: 5, packed: instrumentPacked(5, 77n, 0n) }],
    withdrawals: [],
  };

  it("root is that of leaves hashed the plain way", () => {
    const state = new VenueState();
    state.apply(first);
    const accountsTree = new SparseTree(24);
    accountsTree.update(
      first.accounts.map((leaf) => [leaf.index, hash(accountWordsOf(leaf.packed))] as const),
    );
    expect(state.accountsRoot).toBe(accountsTree.root);
    expect(state.stateRoot).toBe(stateRoot(accountsTree.root, state.instrumentsRoot, 1n, 3));
    const proof = state.proveAccount(2);
    expect(verifyPath(state.accountsRoot, 2, hash(proof.words), proof.path)).toBe(true);
    const listed = state.proveInstrument(5);
    expect(verifyPath(state.instrumentsRoot, 5, hash(listed.words), listed.path)).toBe(true);
  });

  it("an emptied leaf is as if never set, and all leaves as one batch give the same root", () => {
    const state = new VenueState();
    state.apply(first);
    const root = state.stateRoot;
    state.apply({ ...first, accounts: [{ index: 1, packed: packed(1n) }], instruments: [], nextAccount: 4 });
    expect(state.stateRoot).not.toBe(root);
    const gone = packWords(Array(20).fill(0n));
    state.apply({ ...first, accounts: [{ index: 1, packed: gone }], instruments: [] });
    expect(state.stateRoot).toBe(root);
    expect([...state.accounts()].map(({ index }) => index)).toEqual([0, 2]);
    const again = new VenueState();
    again.apply(unpackData(packData(state.data())));
    expect(again.stateRoot).toBe(root);
    expect(state.account(1)).toBeUndefined();
    expect(state.proveAccount(1).words).toEqual(Array(20).fill(0n));
  });
});
