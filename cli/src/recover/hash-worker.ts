/** A thread that hashes leaves: packed leaves in, 32 bytes each out. */
import { parentPort } from "node:worker_threads";
import { hashLeaves, type PackedLeaf } from "@sealbook/wire/state";

parentPort?.on("message", ({ leaves, words }: { leaves: PackedLeaf[]; words: number }) => {
  const hashes = hashLeaves(leaves, words);
  parentPort?.postMessage(hashes, [hashes.buffer as ArrayBuffer]);
});
