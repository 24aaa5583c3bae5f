import { opendirSync, readFileSync, type Stats, statSync } from "node:fs";
import { join } from "node:path";
import { utf8 } from "../src/bytes.ts";
import { AttestationError, addToPool, type EndorsementPool } from "../src/node.ts";
import { UsageError } from "./usage.ts";

/** Far above any endorsement (Intel's largest list is under 20 KB): a bound on what a folder can make us read. */
const FILE_MAX = 8 << 20;
/** Folders in folders; links may lead in circles. */
const DEPTH_MAX = 8;

/** @throws {UsageError} */
export function readInput(path: string): Uint8Array {
  try {
    return new Uint8Array(readFileSync(path));
  } catch (cause) {
    throw new UsageError(`cannot read ${path}: ${(cause as Error).message}`, { cause });
  }
}

/**
 * Adds a file, or a folder's files and folders, to the pool. A path that was named must be there; what lies in a folder and is no
 * endorsement is noted in `ignored` and otherwise passed over.
 * @throws {UsageError}
 */
export function loadInto(pool: EndorsementPool, path: string, ignored: string[]): void {
  let stats: Stats;
  try {
    stats = statSync(path);
  } catch (cause) {
    throw new UsageError(`cannot read ${path}: ${(cause as Error).message}`, { cause });
  }
  if (stats.isDirectory()) loadFolder(pool, path, ignored, 0);
  else loadFile(pool, path, stats, ignored);
}

function loadFolder(pool: EndorsementPool, folder: string, ignored: string[], depth: number): void {
  if (depth > DEPTH_MAX) {
    ignored.push(`${folder}: folders nested too deeply`);
    return;
  }
  for (const name of namesIn(folder, ignored)) {
    const path = join(folder, name);
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) ignored.push(`${path}: a link to nothing`);
    else if (stats.isDirectory()) loadFolder(pool, path, ignored, depth + 1);
    else loadFile(pool, path, stats, ignored);
  }
}

/** Sorted, so that two machines read a folder alike. */
function namesIn(folder: string, ignored: string[]): readonly string[] {
  const names: string[] = [];
  try {
    const entries = opendirSync(folder);
    for (let entry = entries.readSync(); entry !== null; entry = entries.readSync()) names.push(entry.name);
    entries.closeSync();
  } catch (error) {
    ignored.push(`${folder}: ${(error as Error).message}`);
  }
  return names.sort();
}

function loadFile(pool: EndorsementPool, path: string, stats: Stats, ignored: string[]): void {
  if (!stats.isFile()) ignored.push(`${path}: no file`);
  else if (stats.size > FILE_MAX) ignored.push(`${path}: ${stats.size} bytes are no endorsement`);
  else add(pool, () => readFileSync(path), path, ignored);
}

/** Endorsements that came with evidence, as text. */
export function addText(pool: EndorsementPool, text: string, name: string, ignored: string[]): void {
  add(pool, () => utf8(text), name, ignored);
}

function add(pool: EndorsementPool, read: () => Uint8Array, name: string, ignored: string[]): void {
  try {
    if (addToPool(pool, read()) === null) ignored.push(`${name}: no endorsement we know`);
  } catch (error) {
    const isOurs = error instanceof AttestationError || error instanceof RangeError;
    if (!isOurs && (error as NodeJS.ErrnoException).code === undefined) throw error;
    ignored.push(`${name}: ${(error as Error).message}`);
  }
}
