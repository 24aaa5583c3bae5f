import { readFileSync } from "node:fs";
import { enclaveLibrary } from "@sealbook/cli/devnet";
import {
  decodeEnclaveStatus,
  encodeBootRequest,
  encodeEnclaveConfig,
  encodeRecoveryEnd,
} from "@sealbook/wire";
import koffi from "koffi";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { formatRing, ringBytes } from "../../host/src/ring/layout.ts";
import { enclaveConfig } from "./unreachable-venue.ts";

/**
 * B46–B49: a host that calls the enclave wrongly, on purpose. Every pointer here is a plain number, so that any address can be handed
 * over; each call returns its code, and this process, which is the host's, is still there afterwards. (B50, a panic inside a call, needs
 * one to be planted: enclave/runtime/src/abi_test.rs.)
 */
const E = {
  NULL: -1,
  ALIGN: -2,
  LENGTH: -3,
  OVERLAP: -4,
  BUFFER: -5,
  STATE: -6,
  BUSY: -7,
  CONFIG: -9,
  FORMAT: -10,
  RING: -11,
  HANDLE: -12,
} as const;

const library = koffi.load(enclaveLibrary);
const bind = (name: string, words: number) =>
  library.func(
    `sealbook_${name}`,
    "int32_t",
    Array.from({ length: words }, () => "uint64_t"),
  );
const load = bind("load", 5);
const measurement = bind("measurement", 2);
const boot = bind("boot", 5);
const report = bind("report", 3);
const recover = bind("recover", 3);
const openEpoch = bind("open_epoch", 3);
const sharedAllocate = library.func("sealbook_shared_allocate", "int32_t", ["uint64_t", "void *"]);
const sharedFree = bind("shared_free", 2);
const attachRing = library.func("sealbook_ring_attach", "int32_t", [
  "uint64_t",
  "int32_t",
  "uint64_t",
  "uint64_t",
]);
const start = bind("start", 3);
const ringDoorbell = bind("doorbell", 1);
const status = bind("status", 3);
const stop = bind("stop", 1);
const destroy = bind("destroy", 1);

/** Memory at an address we know, so that addresses beside, inside and across it can be made. */
class Arena {
  readonly address: bigint;
  readonly bytes: Buffer;

  constructor(length: number) {
    const out = new BigUint64Array(1);
    if (sharedAllocate(length, out) !== 0) throw new Error("no memory");
    this.address = out[0] as bigint;
    this.bytes = Buffer.from(koffi.view(this.address, length));
  }

  put(offset: number, bytes: Uint8Array): bigint {
    this.bytes.set(bytes, offset);
    return this.address + BigInt(offset);
  }

  word(offset: number, value: bigint): bigint {
    this.bytes.writeBigUInt64LE(value, offset);
    return this.address + BigInt(offset);
  }

  free(): void {
    sharedFree(this.address, this.bytes.length);
  }
}

const config = encodeEnclaveConfig(enclaveConfig);
const request = encodeBootRequest({
  type: "boot-request",
  blockHash: new Uint8Array(32),
  timeUs: 1n,
  isDebug: false,
});
const image = readFileSync(enclaveLibrary).subarray(0, 4096);

let arena: Arena;
const at = (offset: number) => arena.address + BigInt(offset);
// The words come first, so that a length that runs off the end of an input does not also run over them.
const WORD = 0;
const IMAGE = 4096;
const CONFIG = 12_288;
const REQUEST = 20_480;
const OUT = 24_576;

beforeAll(() => {
  arena = new Arena(65_536);
  arena.put(IMAGE, image);
  arena.put(CONFIG, config);
  arena.put(REQUEST, request);
});
afterAll(() => arena.free());

function loaded(): bigint {
  expect(load(at(IMAGE), image.length, at(CONFIG), config.length, at(WORD))).toBe(0);
  return arena.bytes.readBigUInt64LE(WORD);
}

function booted(): bigint {
  const handle = loaded();
  expect(boot(handle, at(REQUEST), request.length, at(OUT), arena.word(WORD, 4096n))).toBe(0);
  return handle;
}

function stateOf(handle: bigint): number {
  expect(status(handle, at(OUT), arena.word(WORD, 4096n))).toBe(0);
  const length = Number(arena.bytes.readBigUInt64LE(WORD));
  return decodeEnclaveStatus(Uint8Array.from(arena.bytes.subarray(OUT, OUT + length))).state;
}

describe("B46: pointers and lengths that cannot be", () => {
  const absurd: [string, bigint | number, number][] = [
    ["length 0", 0, E.LENGTH],
    ["length 2^31 + 1", 2 ** 31 + 1, E.LENGTH],
    ["length 2^63", 2n ** 63n, E.LENGTH],
    ["length 2^64 - 1", 2n ** 64n - 1n, E.LENGTH],
  ];
  const wild: [string, bigint, number][] = [
    ["null", 0n, E.NULL],
    ["in the first page", 8n, E.LENGTH],
    ["at the end of the address space", 2n ** 64n - 8n, E.LENGTH],
    ["beyond user space", 2n ** 47n, E.LENGTH],
  ];

  test.each(absurd)("load and recover: %s", (_name, length, code) => {
    expect(load(at(IMAGE), length, at(CONFIG), config.length, at(WORD))).toBe(code);
    expect(load(at(IMAGE), image.length, at(CONFIG), length, at(WORD))).toBe(code);
    const handle = booted();
    expect(recover(handle, at(IMAGE), length)).toBe(code);
    expect(destroy(handle)).toBe(0);
  });

  test.each(wild)("every input and output: %s", (_name, address, code) => {
    expect(load(address, 64, at(CONFIG), config.length, at(WORD))).toBe(code);
    expect(load(at(IMAGE), image.length, address, 64, at(WORD))).toBe(code);
    expect(load(at(IMAGE), image.length, at(CONFIG), config.length, address)).toBe(code);
    const handle = loaded();
    expect(measurement(handle, address)).toBe(code);
    expect(boot(handle, address, 64, at(OUT), arena.word(WORD, 4096n))).toBe(code);
    expect(boot(handle, at(REQUEST), request.length, address, arena.word(WORD, 4096n))).toBe(code);
    expect(boot(handle, at(REQUEST), request.length, at(OUT), address)).toBe(code);
    expect(report(handle, address, at(OUT))).toBe(code);
    expect(report(handle, at(IMAGE), address)).toBe(code);
    expect(recover(handle, address, 64)).toBe(code);
    expect(status(handle, address, arena.word(WORD, 4096n))).toBe(code);
    expect(status(handle, at(OUT), address)).toBe(code);
    expect(sharedAllocate(4096, address)).toBe(code);
    expect([E.ALIGN, code]).toContain(attachRing(handle, 0, address, 8192));
    expect(destroy(handle)).toBe(0);
  });

  test("misaligned words and rings", () => {
    const handle = loaded();
    expect(load(at(IMAGE), image.length, at(CONFIG), config.length, at(WORD + 1))).toBe(E.ALIGN);
    expect(status(handle, at(OUT), at(WORD + 4))).toBe(E.ALIGN);
    expect(openEpoch(handle, at(OUT), at(WORD + 1))).toBe(E.ALIGN);
    expect(attachRing(handle, 0, at(8), 8192)).toBe(E.ALIGN);
    expect(sharedFree(at(8), 4096)).toBe(E.ALIGN);
    expect(destroy(handle)).toBe(0);
  });

  test.each([0, 4095, 2 ** 50])("shared memory of %i bytes", (length) => {
    expect(sharedAllocate(length, new BigUint64Array(1))).toBe(E.LENGTH);
  });

  test("a configuration and a request that are noise", () => {
    const noise = arena.put(40_960, new Uint8Array(64).fill(0xc1));
    expect(load(at(IMAGE), image.length, noise, 64, at(WORD))).toBe(E.CONFIG);
    const handle = loaded();
    expect(boot(handle, noise, 64, at(OUT), arena.word(WORD, 4096n))).toBe(E.FORMAT);
    expect(stateOf(handle)).toBe(0);
    expect(destroy(handle)).toBe(0);
  });
});

describe("B47: outputs that overlap or are too small", () => {
  test("overlaps are refused", () => {
    const handle = loaded();
    expect(load(at(WORD), 8, at(CONFIG), config.length, at(WORD))).toBe(E.OVERLAP);
    expect(boot(handle, at(REQUEST), request.length, at(REQUEST), arena.word(WORD, 512n))).toBe(E.OVERLAP);
    expect(
      boot(handle, at(REQUEST), request.length, at(REQUEST + request.length - 1), arena.word(WORD, 512n)),
    ).toBe(E.OVERLAP);
    expect(boot(handle, at(WORD), 8, at(OUT), arena.word(WORD, 4096n))).toBe(E.OVERLAP);
    expect(status(handle, at(WORD), arena.word(WORD, 512n))).toBe(E.OVERLAP);
    expect(report(handle, at(OUT), at(OUT + 500))).toBe(E.OVERLAP);
    expect(stateOf(handle)).toBe(0);
    expect(destroy(handle)).toBe(0);
  });

  test("too small says how much is needed and consumes nothing", () => {
    const handle = loaded();
    arena.bytes.fill(0xee, OUT, OUT + 4096);
    expect(boot(handle, at(REQUEST), request.length, at(OUT), arena.word(WORD, 8n))).toBe(E.BUFFER);
    const needed = arena.bytes.readBigUInt64LE(WORD);
    expect(needed).toBeGreaterThan(8n);
    expect(arena.bytes.subarray(OUT, OUT + 4096).every((byte) => byte === 0xee)).toBe(true);
    // Boot happens once, and it has not happened yet.
    expect(boot(handle, at(REQUEST), request.length, at(OUT), arena.word(WORD, needed))).toBe(0);

    expect(status(handle, at(OUT), arena.word(WORD, 1n))).toBe(E.BUFFER);
    const room = arena.bytes.readBigUInt64LE(WORD);
    expect(status(handle, at(OUT), arena.word(WORD, room))).toBe(0);
    expect(destroy(handle)).toBe(0);
  });
});

describe("B48: two at once", () => {
  test("a call while another is under way is E_BUSY, from any thread; the doorbell is not", async () => {
    const handle = booted();
    const big = new Arena(256 * 1024 * 1024);
    big.bytes[0] = 2; // journal records, all of them zero: long to copy, then refused
    const recovering = new Promise<number>((done, failed) =>
      recover.async(handle, big.address, big.bytes.length, (error: unknown, code: number) =>
        error ? failed(error) : done(code),
      ),
    );
    let isOver = false;
    void recovering.then(() => {
      isOver = true;
    });
    const seen = new Set<number>();
    while (!isOver) {
      seen.add(measurement(handle, at(OUT)));
      if (seen.has(E.BUSY)) expect(ringDoorbell(handle)).toBe(0);
      await new Promise((next) => setImmediate(next));
    }
    expect(seen).toContain(E.BUSY);
    expect([0, E.FORMAT, E.STATE]).toContain(await recovering);
    expect(destroy(handle)).toBe(0);
    big.free();
  });

  test("two hundred calls from many threads end in ok or E_BUSY, and the handle is whole", async () => {
    const handle = booted();
    const codes = await Promise.all(
      Array.from(
        { length: 200 },
        () =>
          new Promise<number>((done, failed) =>
            measurement.async(handle, at(OUT), (error: unknown, code: number) =>
              error ? failed(error) : done(code),
            ),
          ),
      ),
    );
    expect(codes.filter((code) => code !== 0 && code !== E.BUSY)).toEqual([]);
    expect(codes).toContain(0);
    expect(stateOf(handle)).toBe(1);
    expect(destroy(handle)).toBe(0);
  });

  test("a doorbell callback that calls back into the handle is refused: destroying it from inside does nothing", async () => {
    const handle = booted();
    const capacity = 1 << 20;
    const rings = [0, 1, 2].map((ring) => {
      const memory = new Arena(ringBytes(capacity));
      const layout = formatRing(koffi.view(memory.address, ringBytes(capacity)), capacity);
      expect(attachRing(handle, ring, memory.address, ringBytes(capacity))).toBe(0);
      // The consumer of every outward ring claims to sleep, so the enclave rings for each record.
      if (ring > 0) Atomics.store(layout.words, 48, 1);
      return { memory, layout };
    });
    const end = encodeRecoveryEnd({
      type: "recovery-end",
      epoch: 0n,
      batchNumber: 0n,
      lastSequence: 0n,
      stateRoot: genesisRoot(handle),
      inboxCursor: 0n,
    });
    expect(
      recover(handle, arena.put(REQUEST + 1024, Buffer.concat([Buffer.from([4]), end])), end.length + 1),
    ).toBe(0);
    expect(openEpoch(handle, at(OUT), arena.word(WORD, 4096n))).toBe(0);
    // The callback is `sealbook_destroy` itself, and its context the handle: C would be as free to do it.
    const bell = BigInt(library.symbol("sealbook_destroy") as never);
    expect(start(handle, bell, handle)).toBe(0);
    await new Promise((later) => setTimeout(later, 300));
    const written = Atomics.load((rings[1] as (typeof rings)[0]).layout.words, 16);
    expect(written).toBeGreaterThan(0); // the epoch's record went out, and the bell with it
    expect(stateOf(handle)).toBe(3);
    expect(stop(handle)).toBe(0);
    expect(destroy(handle)).toBe(0);
    for (const { memory } of rings) memory.free();
  });
});

/** The root a genesis venue starts from, asked of a second enclave of the same configuration. */
function genesisRoot(_handle: bigint): Uint8Array {
  const other = loaded();
  expect(boot(other, at(REQUEST), request.length, at(OUT), arena.word(WORD, 4096n))).toBe(0);
  const length = Number(arena.bytes.readBigUInt64LE(WORD));
  // The last field of the boot reply is 32 bytes.
  const root = Uint8Array.from(arena.bytes.subarray(OUT + length - 32, OUT + length));
  expect(destroy(other)).toBe(0);
  return root;
}

describe("B49: out of order", () => {
  test("before boot, twice, and before recovery", () => {
    const handle = loaded();
    expect(report(handle, at(IMAGE), at(OUT))).toBe(E.STATE);
    expect(openEpoch(handle, at(OUT), arena.word(WORD, 4096n))).toBe(E.STATE);
    expect(recover(handle, arena.put(40_960, Buffer.from([4, 0x90])), 2)).toBe(E.STATE);
    expect(start(handle, at(OUT), 0)).toBe(E.STATE);
    expect(stop(handle)).toBe(E.STATE);
    expect(boot(handle, at(REQUEST), request.length, at(OUT), arena.word(WORD, 4096n))).toBe(0);
    expect(boot(handle, at(REQUEST), request.length, at(OUT), arena.word(WORD, 4096n))).toBe(E.STATE);
    expect(openEpoch(handle, at(OUT), arena.word(WORD, 4096n))).toBe(E.STATE);
    expect(start(handle, 0, 0)).toBe(E.NULL);
    expect(start(handle, at(OUT), 0)).toBe(E.STATE);
    expect(stateOf(handle)).toBe(1);
    expect(destroy(handle)).toBe(0);
  });

  test("after destroy, and with handles that never were", () => {
    const dead = booted();
    expect(destroy(dead)).toBe(0);
    const handles: [bigint, number][] = [
      [0n, E.NULL],
      [dead, E.STATE],
      [dead + 1n, E.HANDLE],
      [dead + 4096n * 1000n, E.HANDLE],
      [8n, E.HANDLE],
      [at(OUT), E.HANDLE],
      [2n ** 64n - 1n, E.HANDLE],
    ];
    for (const [handle, code] of handles) {
      const codes = [
        measurement(handle, at(OUT)),
        boot(handle, at(REQUEST), request.length, at(OUT), arena.word(WORD, 4096n)),
        report(handle, at(IMAGE), at(OUT)),
        recover(handle, at(IMAGE), 8),
        openEpoch(handle, at(OUT), arena.word(WORD, 4096n)),
        attachRing(handle, 0, at(0), 8192),
        start(handle, 0, 0),
        ringDoorbell(handle),
        status(handle, at(OUT), arena.word(WORD, 4096n)),
        stop(handle),
        destroy(handle),
      ];
      expect([handle, codes]).toEqual([handle, codes.map(() => code)]);
    }
  });
});
