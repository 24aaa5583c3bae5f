// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import type { Reader } from "../reader.ts";
import type { Writer } from "../writer.ts";

/** Volatility of one expiry: total variance w(k) = a + b(ρ(k − m) + √((k − m)² + s²)), k = ln(K/F). */
export interface Smile {
  /** u16 */
  underlying: number;
  /** u64 */
  expiryUs: bigint;
  /** i64; collateral per lot */
  forward: bigint;
  /** i64; 1e-9 */
  a: bigint;
  /** i64; 1e-9 */
  b: bigint;
  /** i64; 1e-9 */
  rho: bigint;
  /** i64; 1e-9 */
  m: bigint;
  /** i64; 1e-9 */
  s: bigint;
}

export function parseSmile(reader: Reader): Smile {
  reader.arrayOf(8);
  return {
    underlying: reader.u16(),
    expiryUs: reader.u64(),
    forward: reader.i64(),
    a: reader.i64(),
    b: reader.i64(),
    rho: reader.i64(),
    m: reader.i64(),
    s: reader.i64(),
  };
}

export function emitSmile(writer: Writer, record: Smile): void {
  writer.array(8);
  writer.u16(record.underlying, "underlying");
  writer.u64(record.expiryUs, "expiry_us");
  writer.i64(record.forward, "forward");
  writer.i64(record.a, "a");
  writer.i64(record.b, "b");
  writer.i64(record.rho, "rho");
  writer.i64(record.m, "m");
  writer.i64(record.s, "s");
}
