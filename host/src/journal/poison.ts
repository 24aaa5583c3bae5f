import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { fromHex, type PoisonList, toHex } from "@sealbook/wire";
import { HostError } from "../errors.ts";

/**
 * Commands that stopped the enclave. It aborts before their record is released, so the file is all that remembers them; the enclave refuses
 * one it is told about twice (E_POISON).
 */

export interface PoisonEntry {
  sequence: number;
  /** SHA-256 of the command, hex. */
  digest: string;
  tries: number;
}

/** @throws HostError E_DATA_DIR when the file is there but is not ours */
export function readPoison(path: string): PoisonEntry[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return [];
  }
  try {
    const entries = JSON.parse(text) as PoisonEntry[];
    for (const entry of entries) fromHex(entry.digest, 32);
    return entries;
  } catch (cause) {
    throw new HostError("E_DATA_DIR", `${path} is not a poison file.`, {
      fix: "Move it away after reading it.",
      cause,
    });
  }
}

export function poisonList(entries: readonly PoisonEntry[]): PoisonList {
  return {
    type: "poison-list",
    poisons: entries.slice(-64).map(({ sequence, digest, tries }) => ({
      sequence: BigInt(sequence),
      digest: fromHex(digest, 32),
      tries: Math.min(tries, 255),
    })),
  };
}

/** Adds one try of a command. Synchronous: the process is about to end. */
export function recordPoison(path: string, sequence: number, digest: Uint8Array): PoisonEntry[] {
  const entries = readPoison(path);
  const known = entries.find((entry) => entry.digest === toHex(digest));
  if (known === undefined) entries.push({ sequence, digest: toHex(digest), tries: 1 });
  else known.tries += 1;

  const draft = `${path}.tmp`;
  const fd = openSync(draft, "w", 0o600);
  writeSync(fd, `${JSON.stringify(entries, undefined, 2)}\n`);
  fsyncSync(fd);
  closeSync(fd);
  renameSync(draft, path);
  const folder = openSync(dirname(path), "r");
  fsyncSync(folder);
  closeSync(folder);
  return entries;
}
