/**
 * Is it well-formed at all? Asked only when a parse has failed, so that a frame with a hole is `BAD_FRAME` whatever type error
 * stands before the hole. Same walk as `enclave/wire/src/structure.rs`.
 */
import { ParseError } from "./error.ts";

/** Arrays inside arrays: a frame, its commands, their lists, the records in those. */
export const DEPTH_MAX = 4;

/**
 * The first fault of structure in `bytes`, as one msgpack value with nothing behind it; undefined if well-formed. Floats are
 * well-formed (and always the wrong type); maps, extensions and 0xC1 are not. One pass, no recursion.
 */
export function firstFault(bytes: Uint8Array): ParseError | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const left: number[] = [];
  let at = 0;
  for (;;) {
    const token = tokenAt(view, at);
    if (!token) return new ParseError("BAD_FRAME", at);
    if (left.length > 0) left[left.length - 1]! -= 1;
    if (token.items > 0) {
      if (left.length === DEPTH_MAX) return new ParseError("BAD_FRAME", at);
      left.push(token.items);
    }
    at += token.length;
    while (left.at(-1) === 0) left.pop();
    if (left.length === 0) return at === bytes.length ? undefined : new ParseError("BAD_FRAME", at);
  }
}

interface Token {
  /** Bytes of the token; for an array only its header. */
  length: number;
  /** Items that follow, for an array. */
  items: number;
}

/** Undefined: cut short, not in shortest form, or not of the subset. */
function tokenAt(view: DataView, at: number): Token | undefined {
  const remaining = view.byteLength - at;
  if (remaining < 1) return undefined;
  const marker = view.getUint8(at);
  const shape = shapeOf(marker);
  if (!shape || remaining < shape.header) return undefined;
  const behind = remaining - shape.header;
  const number =
    shape.width === 0 ? BigInt(shape.inline) : numberAt(view, at + 1, shape.width, shape.kind === "int");
  if (shape.kind === "int" ? number >= shape.bound : number < shape.bound) return undefined;
  if (shape.kind !== "bytes" && shape.kind !== "array") return { length: shape.header, items: 0 };
  if (number > BigInt(behind)) return undefined;
  const count = Number(number);
  return shape.kind === "array"
    ? { length: shape.header, items: count }
    : { length: shape.header + count, items: 0 };
}

interface Shape {
  kind: "plain" | "uint" | "int" | "bytes" | "array";
  /** Marker and the number behind it. */
  header: number;
  /** Bytes of that number; 0 if it is in the marker. */
  width: number;
  inline: number;
  /** The least number the form is for; for `int`, the least it is no longer for. */
  bound: bigint;
}

const plain = (header: number): Shape => ({ kind: "plain", header, width: 0, inline: 0, bound: 0n });
const inline = (kind: Shape["kind"], value: number): Shape => ({
  kind,
  header: 1,
  width: 0,
  inline: value,
  bound: 0n,
});
const sized = (kind: Shape["kind"], width: number, bound: bigint): Shape => ({
  kind,
  header: 1 + width,
  width,
  inline: 0,
  bound,
});

function shapeOf(marker: number): Shape | undefined {
  if (marker <= 0x7f || marker >= 0xe0) return plain(1);
  if (marker >= 0x90 && marker <= 0x9f) return inline("array", marker & 0x0f);
  if (marker >= 0xa0 && marker <= 0xbf) return inline("bytes", marker & 0x1f);
  return SHAPES[marker];
}

const SHAPES: Record<number, Shape> = {
  192: plain(1),
  194: plain(1),
  195: plain(1),
  196: sized("bytes", 1, 0n),
  197: sized("bytes", 2, 0x100n),
  198: sized("bytes", 4, 0x1_0000n),
  202: plain(5),
  203: plain(9),
  204: sized("uint", 1, 0x80n),
  205: sized("uint", 2, 0x100n),
  206: sized("uint", 4, 0x1_0000n),
  207: sized("uint", 8, 0x1_0000_0000n),
  208: sized("int", 1, -32n),
  209: sized("int", 2, -0x80n),
  210: sized("int", 4, -0x8000n),
  211: sized("int", 8, -0x8000_0000n),
  217: sized("bytes", 1, 32n),
  218: sized("bytes", 2, 0x100n),
  219: sized("bytes", 4, 0x1_0000n),
  220: sized("array", 2, 16n),
  221: sized("array", 4, 0x1_0000n),
};

function numberAt(view: DataView, at: number, width: number, signed: boolean): bigint {
  let value = 0n;
  for (let index = 0; index < width; index++) value = (value << 8n) | BigInt(view.getUint8(at + index));
  return signed ? BigInt.asIntN(8 * width, value) : value;
}
