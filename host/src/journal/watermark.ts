import { readFileSync } from "node:fs";
import { join } from "node:path";
import { crc32c } from "@sealbook/wire";
import { readU64, writeU64 } from "../ring/producer.ts";

/**
 * The highest sequence known to be synced, in a small file of its own: `u64 sequence | u32 crc32c | u32 0`. It is written after each sync
 * and never synced itself, so it is a lower bound. A journal that ends below it has lost records that were promised.
 */

export const WATERMARK_BYTES = 16;

export function watermarkPath(folder: string): string {
  return join(folder, "watermark");
}

export function emitWatermark(sequence: number, into = Buffer.alloc(WATERMARK_BYTES)): Buffer {
  writeU64(into, 0, sequence);
  into.writeUInt32LE(crc32c(into.subarray(0, 8)), 8);
  return into;
}

/** 0 when the file is absent or torn: it then proves nothing. */
export function readWatermark(folder: string): number {
  let bytes: Buffer;
  try {
    bytes = readFileSync(watermarkPath(folder));
  } catch {
    return 0;
  }
  if (bytes.length < WATERMARK_BYTES || bytes.readUInt32LE(8) !== crc32c(bytes.subarray(0, 8))) return 0;
  return readU64(bytes, 0);
}
