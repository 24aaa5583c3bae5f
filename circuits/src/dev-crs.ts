/**
 * A development reference string: powers of a tau that anyone can derive from a word. Whoever knows tau can prove anything, so a verifier
 * made for it must never leave chain 31337. File formats as Barretenberg reads them: G1 points of 64 bytes (x, y, big-endian), one G2
 * point of 128 bytes (x.c0, x.c1, y.c0, y.c1).
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bn254 } from "@noble/curves/bn254.js";

/** Order of the coordinates (EIP-197). */
const P = bn254.fields.Fp.ORDER;
/** Order of the group. */
const R = bn254.fields.Fr.ORDER;
const WINDOW_BITS = 13;
const WINDOWS = Math.ceil(254 / WINDOW_BITS);
/** Points normalised together: one inversion for all of them. */
const CHUNK = 8_192;

interface Affine {
  readonly x: bigint;
  readonly y: bigint;
}

/** The tau of a word. Public by construction. */
export function tauOf(seed: string): bigint {
  const digest = createHash("sha512").update("sealbook development crs").update(seed).digest("hex");
  return (BigInt(`0x${digest}`) % (R - 2n)) + 2n;
}

/** `tau * G2` as the four words of a verifier: x.c0, x.c1, y.c0, y.c1. */
export function tauG2(tau: bigint): [bigint, bigint, bigint, bigint] {
  const { x, y } = bn254.G2.Point.BASE.multiply(tau).toAffine();
  return [x.c0, x.c1, y.c0, y.c1];
}

/** Writes `bn254_g1.dat` (`size` points) and `bn254_g2.dat` into the folder unless they are there. `at` hears the share done. */
export function writeDevCrs(folder: string, seed: string, size: number, at?: (share: number) => void): void {
  mkdirSync(folder, { recursive: true });
  const tau = tauOf(seed);
  const g1 = join(folder, "bn254_g1.dat");
  writeFileSync(join(folder, "bn254_g2.dat"), Buffer.concat(tauG2(tau).map(bytes32)));
  if (existsSync(g1)) return;
  const draft = `${g1}.${process.pid}`;
  writeFileSync(draft, powers(tau, size, at));
  renameSync(draft, g1);
}

/** `tau^i * G1` for i below `size`, 64 bytes each. */
export function powers(tau: bigint, size: number, at?: (share: number) => void): Buffer {
  const tables = windowTables();
  const out = Buffer.alloc(size * 64);
  let scalar = 1n;
  for (let start = 0; start < size; start += CHUNK) {
    const scalars: bigint[] = [];
    for (let at = start; at < Math.min(size, start + CHUNK); at++) {
      scalars.push(scalar);
      scalar = (scalar * tau) % R;
    }
    for (const [place, point] of multiplyAll(scalars, tables).entries()) {
      bytes32(point.x).copy(out, (start + place) * 64);
      bytes32(point.y).copy(out, (start + place) * 64 + 32);
    }
    at?.(Math.min(size, start + CHUNK) / size);
  }
  return out;
}

/** `tables[w][d - 1] = d * 2^(13 w) * G1`. */
function windowTables(): Affine[][] {
  const tables: Affine[][] = [];
  let base: Affine = bn254.G1.Point.BASE.toAffine();
  for (let window = 0; window < WINDOWS; window++) {
    // Doubling the list: [1..n] + n each time, all additions of a round under one inversion. The n-th point itself would be a doubling.
    const table = [base, double(base)];
    while (table.length < 1 << WINDOW_BITS) {
      const last = table[table.length - 1]!;
      const grown = addAll(table.slice(0, -1), table.slice(0, -1).fill(last));
      table.push(...grown, double(last));
    }
    tables.push(table);
    base = table[(1 << WINDOW_BITS) - 1]!;
  }
  return tables;
}

function multiplyAll(scalars: bigint[], tables: Affine[][]): Affine[] {
  const mask = BigInt((1 << WINDOW_BITS) - 1);
  let sums: (Affine | undefined)[] = scalars.map(() => undefined);
  for (const [window, table] of tables.entries()) {
    const terms = scalars.map((scalar) => {
      const digit = Number((scalar >> BigInt(window * WINDOW_BITS)) & mask);
      return digit === 0 ? undefined : table[digit - 1];
    });
    sums = addAll(sums, terms);
  }
  // No scalar is 0: a power of tau never is.
  return sums.map((sum) => sum!);
}

/** Sums pairwise, `undefined` being the point at infinity; equal points do not meet in a window sum below the group's order. */
function addAll<T extends Affine | undefined>(a: T[], b: T[]): T[] {
  const gaps: bigint[] = [];
  const prefix: bigint[] = [];
  let product = 1n;
  for (const [at, left] of a.entries()) {
    const right = b[at];
    const gap = left && right ? mod(right.x - left.x) : 1n;
    gaps.push(gap);
    prefix.push(product);
    product = (product * gap) % P;
  }
  let inverse = bn254.fields.Fp.inv(product);
  const sums = new Array<T>(a.length);
  for (let at = a.length - 1; at >= 0; at--) {
    const [left, right] = [a[at], b[at]];
    if (!left || !right) {
      sums[at] = (left ?? right) as T;
      continue;
    }
    const slope = ((((right.y - left.y) * inverse) % P) * prefix[at]!) % P;
    inverse = (inverse * gaps[at]!) % P;
    const x = mod(slope * slope - left.x - right.x);
    sums[at] = { x, y: mod(slope * (left.x - x) - left.y) } as T;
  }
  return sums;
}

function double(point: Affine): Affine {
  const slope = mod(3n * point.x * point.x * bn254.fields.Fp.inv(2n * point.y));
  const x = mod(slope * slope - 2n * point.x);
  return { x, y: mod(slope * (point.x - x) - point.y) };
}

function mod(value: bigint): bigint {
  const rest = value % P;
  return rest < 0n ? rest + P : rest;
}

function bytes32(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(64, "0"), "hex");
}
