/**
 * Just enough of the WebAssembly binary format (core specification 2.0, section 5) to emit straight-line 64-bit arithmetic: the field
 * of the state tree is ten times too slow in BigInt for a tree of a million leaves, and a binary blob in the repository could be
 * read by nobody.
 */

const I32 = 0x7f;
const I64 = 0x7e;
const VOID = 0x40;

/** Value types of parameters and locals. */
export type ValueType = "i32" | "i64";

const code = (type: ValueType): number => (type === "i32" ? I32 : I64);

/** Unsigned LEB128. */
function unsigned(value: number): number[] {
  const bytes: number[] = [];
  do {
    const low = value & 0x7f;
    value >>>= 7;
    bytes.push(value === 0 ? low : low | 0x80);
  } while (value !== 0);
  return bytes;
}

/** Signed LEB128. */
function signed(value: bigint): number[] {
  const bytes: number[] = [];
  for (;;) {
    const low = Number(value & 0x7fn);
    value >>= 7n;
    const isLast = (value === 0n && (low & 0x40) === 0) || (value === -1n && (low & 0x40) !== 0);
    bytes.push(isLast ? low : low | 0x80);
    if (isLast) return bytes;
  }
}

const sized = (bytes: number[]): number[] => [...unsigned(bytes.length), ...bytes];
const vector = (items: number[][]): number[] => [...unsigned(items.length), ...items.flat()];

/** The body of one function: parameters are its first locals. Instructions are methods named as in the text format. */
export class FunctionBody {
  readonly parameters: ValueType[];
  readonly #locals: ValueType[] = [];
  readonly #bytes: number[] = [];

  constructor(...parameters: ValueType[]) {
    this.parameters = parameters;
  }

  local(type: ValueType): number {
    this.#locals.push(type);
    return this.parameters.length + this.#locals.length - 1;
  }

  locals(type: ValueType, count: number): number[] {
    return Array.from({ length: count }, () => this.local(type));
  }

  get(local: number): this {
    return this.#put(0x20, ...unsigned(local));
  }
  set(local: number): this {
    return this.#put(0x21, ...unsigned(local));
  }
  tee(local: number): this {
    return this.#put(0x22, ...unsigned(local));
  }
  i32(value: number): this {
    return this.#put(0x41, ...signed(BigInt(value)));
  }
  i64(value: bigint): this {
    return this.#put(0x42, ...signed(BigInt.asIntN(64, value)));
  }
  /** `[address] → [value]`; alignment is only a hint and left at a byte. */
  load64(offset: number): this {
    return this.#put(0x29, 0, ...unsigned(offset));
  }
  /** `[address, value] → []` */
  store64(offset: number): this {
    return this.#put(0x37, 0, ...unsigned(offset));
  }
  call(index: number): this {
    return this.#put(0x10, ...unsigned(index));
  }

  get i32Add(): this {
    return this.#put(0x6a);
  }
  get i32Sub(): this {
    return this.#put(0x6b);
  }
  get i32Mul(): this {
    return this.#put(0x6c);
  }
  get i32LessUnsigned(): this {
    return this.#put(0x49);
  }
  get add(): this {
    return this.#put(0x7c);
  }
  get sub(): this {
    return this.#put(0x7d);
  }
  get mul(): this {
    return this.#put(0x7e);
  }
  get and(): this {
    return this.#put(0x83);
  }
  get or(): this {
    return this.#put(0x84);
  }
  get shl(): this {
    return this.#put(0x86);
  }
  get shrSigned(): this {
    return this.#put(0x87);
  }
  get shr(): this {
    return this.#put(0x88);
  }
  get lessSigned(): this {
    return this.#put(0x53);
  }
  /** `[first, second, condition] → [condition ? first : second]` */
  get select(): this {
    return this.#put(0x1b);
  }

  /** Runs `body` again while it leaves a true condition on the stack: at least once. */
  repeatWhile(body: () => void): this {
    this.#put(0x03, VOID);
    body();
    return this.#put(0x0d, 0, 0x0b);
  }

  /** Takes a condition from the stack and runs `body` if it is true. */
  when(body: () => void): this {
    this.#put(0x04, VOID);
    body();
    return this.#put(0x0b);
  }

  get bytes(): number[] {
    const locals = this.#locals.map((type) => [1, code(type)]);
    return sized([...vector(locals), ...this.#bytes, 0x0b]);
  }

  #put(...bytes: number[]): this {
    for (const byte of bytes) this.#bytes.push(byte);
    return this;
  }
}

/** A module of functions without results over one exported memory of `pages` × 64 KiB at first. */
export function assemble(
  bodies: FunctionBody[],
  exported: Record<string, number>,
  pages: number,
): Uint8Array<ArrayBuffer> {
  const section = (id: number, content: number[]): number[] => [id, ...sized(content)];
  const name = (text: string): number[] => sized([...new TextEncoder().encode(text)]);
  const types = bodies.map(({ parameters }) => [0x60, ...vector(parameters.map((type) => [code(type)])), 0]);
  const exports = Object.entries(exported).map(([text, index]) => [...name(text), 0, ...unsigned(index)]);
  return new Uint8Array([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vector(types)),
    ...section(3, vector(bodies.map((_, index) => unsigned(index)))),
    ...section(5, vector([[0, ...unsigned(pages)]])),
    ...section(7, vector([...exports, [...name("memory"), 2, 0]])),
    ...section(10, vector(bodies.map((body) => body.bytes))),
  ]);
}
