import { AttestationError, type Reason } from "../errors.ts";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [member: string]: Json };

const DEPTH_MAX = 16;
const NUMBER = /-?(?:0|[1-9][0-9]*)/y;
const PLAIN_STRING = /[ !#-[\]-\uffff]*/y;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

/**
 * A JSON reader stricter than `JSON.parse` (RFC 8259): a member named twice is refused, because two readers would
 * disagree on which one was signed; numbers are integers; and the text range of a member can be had, because
 * signatures are over the text and not over its meaning.
 */
class JsonText {
  readonly text: string;
  readonly fault: Reason;
  offset = 0;

  constructor(text: string, fault: Reason) {
    this.text = text;
    this.fault = fault;
  }

  fail(detail: string): never {
    throw new AttestationError(this.fault, `${detail} at character ${this.offset}`);
  }

  space(): void {
    for (;;) {
      const code = this.text.charCodeAt(this.offset);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.offset++;
    }
  }

  /** Steps over one punctuation mark. */
  expect(mark: string): void {
    this.space();
    if (this.text[this.offset] !== mark) this.fail(`"${mark}" missing`);
    this.offset++;
  }

  isNext(mark: string): boolean {
    this.space();
    return this.text[this.offset] === mark;
  }

  value(depth: number): Json {
    if (depth > DEPTH_MAX) this.fail("nested too deeply");
    this.space();
    const first = this.text[this.offset];
    if (first === "{") return this.object(depth);
    if (first === "[") return this.array(depth);
    if (first === '"') return this.string();
    for (const [word, meaning] of [
      ["true", true],
      ["false", false],
      ["null", null],
    ] as const) {
      if (this.text.startsWith(word, this.offset)) {
        this.offset += word.length;
        return meaning;
      }
    }
    return this.integer();
  }

  object(depth: number): Json {
    const members: Record<string, Json> = Object.create(null);
    this.members((name) => {
      if (name in members) this.fail(`member "${name}" appears twice`);
      members[name] = this.value(depth + 1);
    });
    return members;
  }

  /** Walks `{ name: value, … }`; `visit` must consume the value. */
  members(visit: (name: string) => void): void {
    this.expect("{");
    if (this.isNext("}")) {
      this.offset++;
      return;
    }
    for (;;) {
      this.space();
      const name = this.string();
      this.expect(":");
      visit(name);
      if (!this.isNext(",")) break;
      this.offset++;
    }
    this.expect("}");
  }

  array(depth: number): Json {
    this.expect("[");
    const items: Json[] = [];
    if (this.isNext("]")) {
      this.offset++;
      return items;
    }
    for (;;) {
      items.push(this.value(depth + 1));
      if (!this.isNext(",")) break;
      this.offset++;
    }
    this.expect("]");
    return items;
  }

  string(): string {
    if (this.text[this.offset] !== '"') this.fail("string missing");
    this.offset++;
    let out = "";
    for (;;) {
      PLAIN_STRING.lastIndex = this.offset;
      out += PLAIN_STRING.exec(this.text)![0];
      this.offset = PLAIN_STRING.lastIndex;
      const mark = this.text[this.offset];
      if (mark === '"') {
        this.offset++;
        return out;
      }
      if (mark !== "\\") this.fail("string cut short or with a control character");
      out += this.escape();
    }
  }

  escape(): string {
    const kind = this.text[this.offset + 1];
    if (kind === "u") {
      const digits = this.text.slice(this.offset + 2, this.offset + 6);
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) this.fail("escape that is none");
      this.offset += 6;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    const meaning = kind === undefined ? undefined : ESCAPES[kind];
    if (meaning === undefined) this.fail("escape that is none");
    this.offset += 2;
    return meaning;
  }

  integer(): number {
    NUMBER.lastIndex = this.offset;
    const match = NUMBER.exec(this.text);
    if (!match) this.fail("value missing");
    this.offset = NUMBER.lastIndex;
    if (/[.eE0-9]/.test(this.text[this.offset] ?? "")) this.fail("number that is no integer");
    const value = Number(match[0]);
    if (!Number.isSafeInteger(value)) this.fail("number too large");
    return value;
  }
}

/** A signed response body: the signed text, its meaning, and the signature beside it. */
export interface SignedJson {
  readonly text: string;
  readonly value: Json;
  /** As it stands: hex. */
  readonly signature: string;
}

/**
 * Splits `{"<member>":{…},"signature":"…"}`. Exactly these two members, in either order.
 * @throws {AttestationError} with the given code.
 */
export function parseSignedJson(text: string, member: string, fault: Reason): SignedJson {
  const json = new JsonText(text, fault);
  let body: { text: string; value: Json } | null = null;
  let signature: string | null = null;
  json.members((name) => {
    json.space();
    const start = json.offset;
    const value = json.value(1);
    if (name === member && body === null) body = { text: text.slice(start, json.offset), value };
    else if (name === "signature" && signature === null && typeof value === "string") signature = value;
    else json.fail(`member "${name}" unexpected`);
  });
  json.space();
  if (json.offset !== text.length) json.fail("text left over");
  if (body === null || signature === null) return json.fail(`"${member}" or "signature" missing`);
  return { ...(body as { text: string; value: Json }), signature };
}

/** Strict JSON without a signature. @throws {AttestationError} with the given code. */
export function parseJson(text: string, fault: Reason): Json {
  const json = new JsonText(text, fault);
  const value = json.value(0);
  json.space();
  if (json.offset !== text.length) json.fail("text left over");
  return value;
}

/** Typed access to an object's members; anything missing or of another type throws. */
export class Members {
  readonly #members: { readonly [member: string]: Json };
  readonly #fault: Reason;

  constructor(value: Json | undefined, fault: Reason, what: string) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw new AttestationError(fault, `${what} is no object`);
    }
    this.#members = value as { readonly [member: string]: Json };
    this.#fault = fault;
  }

  has(name: string): boolean {
    return this.#members[name] !== undefined;
  }

  fail(name: string, wanted: string): never {
    throw new AttestationError(this.#fault, `"${name}" is not ${wanted}`);
  }

  object(name: string): Members {
    return new Members(this.#members[name], this.#fault, `"${name}"`);
  }

  array(name: string): readonly Json[] {
    const value = this.#members[name];
    return Array.isArray(value) ? value : this.fail(name, "an array");
  }

  objects(name: string): readonly Members[] {
    return this.array(name).map((value) => new Members(value, this.#fault, `an item of "${name}"`));
  }

  text(name: string): string {
    const value = this.#members[name];
    return typeof value === "string" ? value : this.fail(name, "a string");
  }

  integer(name: string, max: number): number {
    const value = this.#members[name];
    if (typeof value !== "number" || value < 0 || value > max)
      return this.fail(name, `an integer up to ${max}`);
    return value;
  }

  /** Hex of an exact size, lower-cased. */
  hex(name: string, size: number): string {
    const value = this.text(name);
    if (value.length !== 2 * size || !/^[0-9a-fA-F]*$/.test(value))
      return this.fail(name, `${size} bytes of hex`);
    return value.toLowerCase();
  }

  /** `2024-03-13T00:00:00Z` as milliseconds since 1970. */
  date(name: string): number {
    const value = this.text(name);
    const at = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.test(value) ? Date.parse(value) : Number.NaN;
    return Number.isNaN(at) ? this.fail(name, "a UTC date with seconds") : at;
  }

  /** Strings, or none when the member is absent. */
  texts(name: string): readonly string[] {
    if (!this.has(name)) return [];
    return this.array(name).map((value) =>
      typeof value === "string" ? value : this.fail(name, "an array of strings"),
    );
  }
}
