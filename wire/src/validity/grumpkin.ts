/**
 * Grumpkin, `y^2 = x^3 - 17` over the BN254 scalar field: the curve whose coordinates the validity circuit computes with natively.
 * Cofactor 1. The slow and plain way, for signing: its running time depends on the secret, so sign where nobody measures you.
 */
import { MODULUS } from "../state/poseidon2-constants.ts";

/** Order of the group: the coordinates' field of BN254 (EIP-197). */
export const GRUMPKIN_ORDER = 21888242871839275222246405745257275088696311157297823662689037894645226208583n;

export interface Point {
  readonly x: bigint;
  readonly y: bigint;
}

export const GENERATOR: Point = {
  x: 1n,
  y: 17631683881184975370165255887551781615748388533673675138860n,
};

/** Homogeneous Jacobian coordinates; z = 0 is the point at infinity. */
type Jacobian = readonly [x: bigint, y: bigint, z: bigint];
const INFINITY: Jacobian = [0n, 1n, 0n];

function mod(value: bigint): bigint {
  const rest = value % MODULUS;
  return rest < 0n ? rest + MODULUS : rest;
}

/** By Fermat: the modulus is prime. */
function inverse(value: bigint): bigint {
  let [base, exponent, result] = [mod(value), MODULUS - 2n, 1n];
  for (; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = mod(result * base);
    base = mod(base * base);
  }
  return result;
}

/** dbl-2009-l of the Explicit-Formulas Database, a = 0. */
function double([x, y, z]: Jacobian): Jacobian {
  const a = mod(x * x);
  const b = mod(y * y);
  const c = mod(b * b);
  const d = mod(2n * (mod((x + b) * (x + b)) - a - c));
  const e = 3n * a;
  const x3 = mod(e * e - 2n * d);
  return [x3, mod(e * (d - x3) - 8n * c), mod(2n * y * z)];
}

/** add-2007-bl. */
function add(p: Jacobian, q: Jacobian): Jacobian {
  if (p[2] === 0n) return q;
  if (q[2] === 0n) return p;
  const [z1, z2] = [mod(p[2] * p[2]), mod(q[2] * q[2])];
  const [u1, u2] = [mod(p[0] * z2), mod(q[0] * z1)];
  const [s1, s2] = [mod(p[1] * q[2] * z2), mod(q[1] * p[2] * z1)];
  if (u1 === u2) return s1 === s2 ? double(p) : INFINITY;
  const h = mod(u2 - u1);
  const i = mod(4n * h * h);
  const j = mod(h * i);
  const r = mod(2n * (s2 - s1));
  const v = mod(u1 * i);
  const x3 = mod(r * r - j - 2n * v);
  const y3 = mod(r * (v - x3) - 2n * s1 * j);
  return [x3, y3, mod(2n * p[2] * q[2] * h)];
}

/** `scalar · point`. @throws {RangeError} for a multiple of the order: there is no such affine point */
export function multiply({ x, y }: Point, scalar: bigint): Point {
  let sum = INFINITY;
  let base: Jacobian = [x, y, 1n];
  for (let rest = scalar % GRUMPKIN_ORDER; rest > 0n; rest >>= 1n) {
    if (rest & 1n) sum = add(sum, base);
    base = double(base);
  }
  return affine(sum);
}

/** `a + b`. @throws {RangeError} if that is the point at infinity */
export function sum(a: Point, b: Point): Point {
  return affine(add([a.x, a.y, 1n], [b.x, b.y, 1n]));
}

function affine([x, y, z]: Jacobian): Point {
  if (z === 0n)
    throw new RangeError("The point at infinity has no coordinates: the scalar is a multiple of the order.");
  const once = inverse(z);
  const twice = mod(once * once);
  return { x: mod(x * twice), y: mod(y * twice * once) };
}

export function isOnCurve({ x, y }: Point): boolean {
  return x >= 0n && y >= 0n && x < MODULUS && y < MODULUS && mod(y * y) === mod(x * x * x - 17n);
}
