import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { journal } from "@sealbook/wire";
import { afterAll, describe, expect, it } from "vitest";
import { FAKE_GENESIS, removeTemporaryFolders, temporaryFolder } from "./fake-host.ts";
import { scanJournal } from "./journal/reader.ts";

afterAll(removeTemporaryFolders);

const CYCLES = 4;
/** The child is killed when about this many acknowledgements have arrived, in the middle of whatever it is doing. */
const ACKS_BEFORE_KILL = [1, 700, 3000, 150];
const FRAME_BYTES = 40;
const WINDOW = 64;

describe("kill -9 under load (F01)", () => {
  it("keeps every acknowledged record, none twice, over restarts", { timeout: 60_000 }, async () => {
    const folder = temporaryFolder();
    const acknowledged = new Set<number>();
    let next = 1;
    for (let cycle = 0; cycle < CYCLES; cycle += 1) {
      const socketPath = join(folder, `${cycle}.sock`);
      const child = spawn(
        process.execPath,
        [join(import.meta.dirname, "crash-child.ts"), folder, socketPath],
        {
          stdio: ["ignore", "pipe", "inherit"],
        },
      );
      await once(child.stdout!, "data");
      next = await load(socketPath, next, acknowledged, ACKS_BEFORE_KILL[cycle]!, () =>
        child.kill("SIGKILL"),
      );
      await once(child, "exit");

      const found = idsInJournal(join(folder, "journal"));
      expect(new Set(found).size).toBe(found.length);
      const missing = [...acknowledged].filter((id) => !found.includes(id));
      expect(missing).toEqual([]);
    }
    expect(acknowledged.size).toBeGreaterThan(3800);
  });
});

/** Sends frames that carry ids, window of 64, until the child dies; returns the next unused id. */
async function load(
  path: string,
  first: number,
  acknowledged: Set<number>,
  acks: number,
  kill: () => void,
): Promise<number> {
  const socket = connect(path);
  await once(socket, "connect");
  socket.on("error", () => {});
  let next = first;
  let received = 0;
  let rest = Buffer.alloc(0);
  const send = (count: number) => {
    for (let each = 0; each < count; each += 1, next += 1) sendFrame(socket, next);
  };
  socket.on("data", (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    let answered = 0;
    for (; rest.length >= 4 + FRAME_BYTES; rest = rest.subarray(4 + FRAME_BYTES), answered += 1) {
      acknowledged.add(Number(rest.readBigUInt64LE(4)));
      received += 1;
      if (received === acks) kill();
    }
    if (received < acks * 4) send(answered);
  });
  send(WINDOW);
  // `once` would reject on the reset that a killed peer causes.
  await new Promise((closed) => socket.once("close", closed));
  return next;
}

function sendFrame(socket: Socket, id: number): void {
  const frame = Buffer.alloc(4 + FRAME_BYTES);
  frame.writeUInt32LE(FRAME_BYTES, 0);
  frame.writeBigUInt64LE(BigInt(id), 4);
  frame[4 + 16] = 1; // level written
  socket.write(frame);
}

function idsInJournal(folder: string): number[] {
  const ids: number[] = [];
  scanJournal(folder, FAKE_GENESIS.toString("hex"), (record) =>
    ids.push(Number(record.readBigUInt64LE(journal.SEALED_AT))),
  );
  return ids;
}
