import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RecoveryEnd } from "@sealbook/wire";
import pino from "pino";
import { afterAll, describe, expect, it } from "vitest";
import { EnclaveError } from "./enclave/library.ts";
import { FAKE_GENESIS, removeTemporaryFolders, temporaryFolder } from "./fake-host.ts";
import { append, openWriter, record } from "./journal/fixture.ts";
import { openDataFolder } from "./journal/folder.ts";
import { type Recoverable, recover, SnapshotRefused } from "./recovery.ts";

afterAll(removeTemporaryFolders);

const E_SEAL = -15;

/** Notes what it is given; snapshots that say "bad" do not open. */
class Notebook implements Recoverable {
  readonly snapshots: string[] = [];
  records = Buffer.alloc(0);
  ends: RecoveryEnd[] = [];
  recoverPoison(): void {}
  recoverSnapshot(sealed: Uint8Array): void {
    if (Buffer.from(sealed).toString() === "bad") throw new EnclaveError("sealbook_recover", E_SEAL);
    this.snapshots.push(Buffer.from(sealed).toString());
  }
  recoverJournal(records: Uint8Array): void {
    this.records = Buffer.concat([this.records, records]);
  }
  leaves: Buffer[] = [];
  recoverLeaves(piece: Uint8Array): void {
    this.leaves.push(Buffer.from(piece));
  }
  status(): { stateRoot: Uint8Array } {
    return { stateRoot: new Uint8Array(32) };
  }
  recoverEnd(head: RecoveryEnd): void {
    this.ends.push(head);
  }
}

async function dataFolder(records: number, snapshots: Record<number, string>) {
  const folder = openDataFolder(temporaryFolder());
  mkdirSync(folder.journal, { recursive: true });
  const writer = openWriter(folder.journal);
  append(writer, 1, records);
  await writer.close();
  for (const [sequence, text] of Object.entries(snapshots)) {
    writeFileSync(join(folder.snapshots, `${sequence.padStart(20, "0")}.snapshot`), text);
  }
  return folder;
}

function head(lastSequence: number) {
  return {
    epoch: 1n,
    batchNumber: 1n,
    lastSequence: BigInt(lastSequence),
    stateRoot: `0x${"00".repeat(32)}`,
    inboxCursor: 0n,
    signer: `0x${"00".repeat(20)}`,
  };
}

const log = pino({ level: "silent" });
const recordsFrom = (first: number, last: number) =>
  Buffer.concat(Array.from({ length: last - first + 1 }, (_, index) => record(first + index)));

describe("recovery", () => {
  it("hands over the newest snapshot the chain has reached, and every later record in order", async () => {
    const folder = await dataFolder(3000, { 100: "old", 2000: "right", 2500: "ahead of the chain" });
    const enclave = new Notebook();
    const scan = recover(enclave, folder, FAKE_GENESIS, head(2400), new Set(), log);
    expect(enclave.snapshots).toEqual(["right"]);
    expect(enclave.records.equals(recordsFrom(2001, 3000))).toBe(true);
    expect(enclave.ends.map(({ lastSequence }) => lastSequence)).toEqual([2400n]);
    expect(scan.lastSequence).toBe(3000);
  });

  it("falls back to the snapshot before, then to the whole journal (F18)", async () => {
    const folder = await dataFolder(50, { 10: "bad", 20: "bad" });
    const refused = new Set<string>();
    expect(() => recover(new Notebook(), folder, FAKE_GENESIS, head(50), refused, log)).toThrow(
      SnapshotRefused,
    );
    expect(() => recover(new Notebook(), folder, FAKE_GENESIS, head(50), refused, log)).toThrow(
      SnapshotRefused,
    );
    const enclave = new Notebook();
    recover(enclave, folder, FAKE_GENESIS, head(50), refused, log);
    expect(enclave.records.equals(recordsFrom(1, 50))).toBe(true);
  });

  it("refuses another network's folder before the enclave sees a byte (B51)", async () => {
    const folder = await dataFolder(5, {});
    const enclave = new Notebook();
    expect(() => recover(enclave, folder, Buffer.alloc(32, 9), head(0), new Set(), log)).toThrow(
      expect.objectContaining({ code: "E_WRONG_GENESIS" }),
    );
    expect(enclave.records.length).toBe(0);
  });
});
