/** Between a vector's JSON and the generated TypeScript codec, by field name. */

import type { Field, FieldType, Message } from "../schema.ts";
import * as wire from "../src/generated/index.ts";
import { fromHex, toHex } from "../src/header.ts";
import { camel, recordNamed, typeName } from "./model.ts";
import type { Json } from "./vectors.ts";

/** JSON → the message's canonical bytes, 0x-hex. */
export function encodeMessage(message: Message, value: { [field: string]: Json }): string {
  const encode = exported(`encode${typeName(message.name)}`);
  return toHex(encode({ type: message.name, ...objectOf(message.fields, value) }) as Uint8Array);
}

/** Bytes → the JSON of the message they are. */
export function decodeMessage(message: Message, bytes: Uint8Array): Json {
  const decode = exported(`decode${typeName(message.name)}`);
  return jsonOf(message.fields, decode(bytes) as Record<string, unknown>);
}

function exported(name: string): (argument: unknown) => unknown {
  const found = (wire as Record<string, unknown>)[name];
  if (typeof found !== "function") throw new Error(`the codec exports no ${name}`);
  return found as (argument: unknown) => unknown;
}

function objectOf(fields: Field[], json: { [field: string]: Json }): Record<string, unknown> {
  return Object.fromEntries(fields.map(({ name, type }) => [camel(name), fromJson(type, json[name]!)]));
}

function fromJson(type: FieldType, json: Json): unknown {
  if (typeof type === "string") {
    if (type.endsWith("64")) return BigInt(json as string);
    return type.startsWith("bin") ? fromHex(json as string, Number(type.slice(3))) : json;
  }
  if ("enum" in type) return json;
  if ("optional" in type) return json === null ? null : fromJson(type.optional, json);
  if ("orderRef" in type) return /^[0-9]+$/.test(json as string) ? BigInt(json as string) : json;
  const items = json as Json[];
  if ("listOf" in type) return items.map((item) => fromJson(type.listOf, item));
  return items.map((item) => objectOf(recordNamed(type.list).fields, item as { [field: string]: Json }));
}

function jsonOf(fields: Field[], object: Record<string, unknown>): { [field: string]: Json } {
  return Object.fromEntries(fields.map(({ name, type }) => [name, toJson(type, object[camel(name)])]));
}

function toJson(type: FieldType, value: unknown): Json {
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Uint8Array) return toHex(value);
  if (Array.isArray(value)) {
    if (typeof type === "object" && "list" in type) {
      return value.map((item) => jsonOf(recordNamed(type.list).fields, item as Record<string, unknown>));
    }
    return value.map((item) => toJson("bin32", item));
  }
  return value as Json;
}
