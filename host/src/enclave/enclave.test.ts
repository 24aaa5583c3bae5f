import { existsSync } from "node:fs";
import { join } from "node:path";
import { type EnclaveConfig, encodeEnclaveConfig } from "@sealbook/wire";
import koffi from "koffi";
import { afterEach, describe, expect, it } from "vitest";
import { formatRing } from "../ring/layout.ts";
import { openDoorbell } from "./doorbell.ts";
import { Enclave } from "./enclave.ts";

const TARGET = join(import.meta.dirname, "../../../enclave/target");
const LIBRARY = [process.env.SEALBOOK_ENCLAVE_LIBRARY, join(TARGET, "release/libsealbook_enclave.so")].find(
  (path) => path !== undefined && existsSync(path),
);

const CONFIG: EnclaveConfig = {
  type: "enclave-config",
  chainId: 31_337n,
  registry: new Uint8Array(20).fill(1),
  settlement: new Uint8Array(20).fill(2),
  instruments: [
    {
      instrument: 1,
      symbol: "BTC-PERP",
      kind: "perpetual",
      tickValue: 100n,
      lotsMax: 1_000_000,
      priceTicksMax: 10_000_000,
      initialPpm: 100_000,
      maintenancePpm: 50_000,
      makerFeePpm: 0,
      takerFeePpm: 500,
      liquidationFeePpm: 10_000,
      index: 1_000_000n,
    },
  ],
  oracleSigners: [new Uint8Array(20).fill(3)],
  oracleThreshold: 1,
  oracleAgeUsMax: 60_000_000n,
  tickUsMax: 60_000_000n,
  accountsMax: 100,
  ordersMax: 1000,
  batchCommandsMax: 1000,
  batchUsMax: 60_000_000n,
  platformSeed: new Uint8Array(32).fill(4),
  isSimulated: true,
  instrumentsMax: 0,
  options: [],
};
const NOW_US = 1_760_000_000_000_000n;
const result = (name: string) => expect.objectContaining({ code: "E_ENCLAVE", result: name });

const live: Enclave[] = [];
afterEach(() => {
  for (const enclave of live.splice(0)) enclave.destroy();
});

function load(config: Uint8Array = encodeEnclaveConfig(CONFIG)): Enclave {
  const enclave = Enclave.load(LIBRARY!, LIBRARY!, config);
  live.push(enclave);
  return enclave;
}

describe.skipIf(LIBRARY === undefined)(
  "enclave over the C ABI (needs the release build of the enclave)",
  () => {
    it("loads, is measured and boots with fresh keys each time", () => {
      const [one, two] = [load(), load()];
      expect(one.measurement()).toEqual(two.measurement());
      const [first, second] = [one, two].map((enclave) => enclave.boot(new Uint8Array(32), NOW_US));
      expect(first!.genesisHash).toEqual(second!.genesisHash);
      expect(first!.signer).not.toEqual(second!.signer);
      expect(one.status().state).toBe(1);
    });

    it("names what is wrong instead of failing (B47, B49)", () => {
      expect(() => load(Buffer.from([0xc1]))).toThrow(result("E_CONFIG"));
      const enclave = load();
      expect(() => enclave.openEpoch()).toThrow(result("E_STATE"));
      expect(() => enclave.report(Buffer.alloc(512))).toThrow(result("E_STATE"));
      enclave.boot(new Uint8Array(32), NOW_US);
      expect(() => enclave.boot(new Uint8Array(32), NOW_US)).toThrow(result("E_STATE"));
      expect(() => enclave.recoverSnapshot(Buffer.from("garbage that nobody sealed"))).toThrow(
        expect.objectContaining({ result: expect.stringMatching(/^E_(SEAL|FORMAT)$/) }),
      );
      expect(() => enclave.recoverJournal(Buffer.alloc(8))).toThrow(result("E_POISONED"));
    });

    it("refuses a chain that is ahead of its journal with E_ROLLBACK and a fix", () => {
      const enclave = load();
      const { stateRoot } = enclave.boot(new Uint8Array(32), NOW_US);
      const head = {
        type: "recovery-end",
        epoch: 1n,
        batchNumber: 1n,
        lastSequence: 5n,
        stateRoot,
        inboxCursor: 0n,
      } as const;
      expect(() => enclave.recoverEnd(head)).toThrow(
        expect.objectContaining({ result: "E_ROLLBACK", fix: expect.any(String) }),
      );
    });
  },
);

describe.skipIf(process.platform !== "linux")("doorbell", () => {
  it("is a C function that wakes the event loop without waiting for it", async () => {
    let rings = 0;
    const doorbell = openDoorbell(() => {
      rings += 1;
    });
    const type = koffi.proto("void (void *context, int32_t ring)");
    koffi.call(doorbell.callback, type, doorbell.context, 1);
    koffi.call(doorbell.callback, type, doorbell.context, 2);
    expect(rings).toBe(0);
    while (rings === 0) await new Promise((next) => setTimeout(next, 1));
    expect(rings).toBe(1);
    doorbell.close();
  });
});

describe("shared memory", () => {
  it("is seen alike through koffi's view and through a C pointer", () => {
    const malloc = koffi.load(null).func("void *malloc(size_t)");
    const free = koffi.load(null).func("void free(void *)");
    const pointer = malloc(4096 + 256);
    const memory = formatRing(koffi.view(pointer, 4096 + 256), 4096);
    Atomics.store(memory.words, 16, 0x1234_5678);
    expect(koffi.decode(pointer, 64, "uint32_t")).toBe(0x1234_5678);
    koffi.encode(pointer, 128, "uint32_t", 77);
    expect(Atomics.load(memory.words, 32)).toBe(77);
    free(pointer);
  });
});
