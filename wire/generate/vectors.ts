/**
 * `test/vectors/wire/`: bytes both codecs are held to. Written only by `node wire/generate.ts --vectors`, because changing one is
 * a protocol change. `messages/` pins what every message looks like; `rejects.json` what is refused and why; `layouts.json` the
 * fixed layouts of docs/boundaries.md.
 */
import type { Field, FieldType } from "../schema.ts";
import { encodeMessage } from "./codec.ts";
import { layoutVectors } from "./layouts.ts";
import { enumerationNamed, messages, recordNamed } from "./model.ts";
import { rejectVectors } from "./refusals.ts";

/** A value as JSON holds it: 64-bit integers as decimal strings, bytes as 0x-hex, the rest plainly. */
export type Json = null | boolean | number | string | Json[] | { [field: string]: Json };

/** Path → content. */
export function vectorFiles(): Map<string, string> {
  const files = new Map<string, string>();
  for (const message of messages) {
    const cases = STYLES.map(([name, style]) => {
      const value = fieldValues(message.fields, style);
      return { name, value, hex: encodeMessage(message, value) };
    });
    const unique = cases.filter(({ hex }, index) => cases.findIndex((other) => other.hex === hex) === index);
    files.set(
      `test/vectors/wire/messages/${message.name}.json`,
      text({ message: message.name, code: message.code, cases: unique }),
    );
  }
  files.set("test/vectors/wire/rejects.json", text({ cases: rejectVectors() }));
  files.set("test/vectors/wire/layouts.json", text(layoutVectors()));
  return files;
}

const text = (value: unknown) => `${JSON.stringify(value, null, 1)}\n`;

/** How a case fills its fields. */
interface Style {
  /** An integer for a field of this range. */
  integer(min: bigint, max: bigint, index: number): bigint;
  /** A number from 0 for choices that are not integers: which enumeration value, which id, which byte. */
  choice: number;
  isPresent: boolean;
  items(min: number, max: number): number;
}

const clamp = (value: bigint, min: bigint, max: bigint) => (value < min ? min : value > max ? max : value);

/** Every width of an integer begins and ends somewhere: these are the last and first values of each form. */
const EDGES = [
  0x7fn,
  0x80n,
  0xffn,
  0x100n,
  0xffffn,
  0x1_0000n,
  0xffff_ffffn,
  0x1_0000_0000n,
  0x7fff_ffff_ffff_ffffn,
  0x8000_0000_0000_0000n,
  -1n,
  -32n,
  -33n,
  -128n,
  -129n,
  -32768n,
  -32769n,
  -0x8000_0000n,
  -0x8000_0001n,
];

const STYLES: [string, Style][] = [
  ["least", { integer: (min) => min, choice: 0, isPresent: false, items: (min) => min }],
  [
    "greatest",
    { integer: (_, max) => max, choice: 255, isPresent: true, items: (_, max) => Math.min(max, 2) },
  ],
  [
    "twenty items",
    {
      integer: (min, max, index) => clamp(7n + BigInt(index), min, max),
      choice: 3,
      isPresent: true,
      items: (_, max) => Math.min(max, 20),
    },
  ],
  ...EDGES.map((edge, index): [string, Style] => [
    `integers at ${edge}`,
    {
      integer: (min, max) => clamp(edge, min, max),
      choice: index,
      isPresent: index % 2 === 0,
      items: (_, max) => Math.min(max, 1),
    },
  ]),
];

const fieldValues = (fields: Field[], style: Style): { [field: string]: Json } =>
  Object.fromEntries(fields.map(({ name, type }, index) => [name, value(type, style, index)]));

/** Neighbouring fields differ where they can, so that a codec that swaps two is found. */
function value(type: FieldType, style: Style, index: number): Json {
  if (typeof type === "string") return scalar(type, style, index);
  if ("enum" in type) {
    const { values } = enumerationNamed(type.enum);
    return style.choice === 255 ? values.at(-1)!.name : values[(style.choice + index) % values.length]!.name;
  }
  if ("optional" in type) return style.isPresent ? value(type.optional, style, index) : null;
  if ("orderRef" in type)
    return style.isPresent ? value("clientId", style, index) : value("u64", style, index);
  const item = (at: number): Json =>
    "list" in type
      ? fieldValues(recordNamed(type.list).fields, style)
      : value(type.listOf, style, index + at);
  return Array.from({ length: style.items(type.min ?? 0, type.max) }, (_, at) => item(at));
}

function scalar(type: Extract<FieldType, string>, style: Style, index: number): Json {
  if (type === "bool") return (style.choice + index) % 2 === 1;
  if (type === "clientId") return IDS[(style.choice + index) % IDS.length]!;
  if (type === "text") return TEXTS[(style.choice + index) % TEXTS.length]!;
  if (type.startsWith("bin")) {
    const byte = ((style.choice + 16 * index) & 0xff).toString(16).padStart(2, "0");
    return `0x${byte.repeat(Number(type.slice(3)) - 1)}${index.toString(16).padStart(2, "0")}`;
  }
  const bits = BigInt(type.slice(1));
  const [min, max] = type[0] === "u" ? [0n, 2n ** bits - 1n] : [-(2n ** (bits - 1n)), 2n ** (bits - 1n) - 1n];
  const integer = style.integer(min, max, index);
  return bits === 64n ? integer.toString() : Number(integer);
}

const IDS = [
  "a",
  "order-1",
  "Z_9",
  "0123456789-0123456789-0123456789",
  "b".repeat(31),
  "c".repeat(32),
  "9f4c1f6e-7f0b-4a52-9a53-1f4d9c0b7e21",
];
const TEXTS = ["", "BTC-PERP", " ~!", "t".repeat(31), "t".repeat(32), "x".repeat(64)];
