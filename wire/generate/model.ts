/** What every generator asks of the schema: names in each language's case, types looked up, encoded lengths. */

import type { Enumeration, Field, FieldType, Message, RecordType } from "../schema.ts";
import * as schema from "../schema.ts";

/** Messages that are told apart by their code in one place. */
export interface Group {
  name: string; // kebab-case
  messages: Message[];
  doc: string;
}

export const groups: Group[] = [
  { name: "command", messages: schema.commands, doc: "What a session may ask for, codes 1–63." },
  {
    name: "system-command",
    messages: schema.systemCommands,
    doc: "What only the enclave sequences, codes 64–95.",
  },
  { name: "session-message", messages: schema.sessionMessages, doc: "What opens a session, codes 96–111." },
  { name: "session-event", messages: schema.events, doc: "What a session is told, codes 128–159." },
  { name: "public-message", messages: schema.publicMessages, doc: "What everyone is told, codes 160–175." },
  {
    name: "control-message",
    messages: schema.controlMessages,
    doc: "What host and enclave tell each other, codes 176–199.",
  },
];

export const messages: Message[] = groups.flatMap((group) => group.messages);

/** These three names are taken by the languages themselves. */
const TAKEN = new Set(["result", "error", "account"]);

export const pascal = (name: string) =>
  name.replace(/(^|[-_])([a-z0-9])/g, (_, __, letter: string) => letter.toUpperCase());
export const camel = (name: string) =>
  name.replace(/[-_]([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
export const snake = (name: string) => name.replaceAll("-", "_");
export const screaming = (name: string) => snake(name).toUpperCase();

/** The type a message or record becomes. */
export const typeName = (name: string) => pascal(name) + (TAKEN.has(name) ? "Event" : "");

export const recordNamed = (name: string): RecordType => named(schema.records, name);
export const enumerationNamed = (name: string): Enumeration => named(schema.enumerations, name);

function named<T extends { name: string }>(all: T[], name: string): T {
  const found = all.find((one) => one.name === name);
  if (!found) throw new Error(`schema: nothing is named ${name}`);
  return found;
}

/** Array items, the code included. */
export const arityOf = (message: Message) => message.fields.length + 1;

const SCALAR_LENGTH_MAX = {
  bool: 1,
  u8: 2,
  u16: 3,
  u32: 5,
  u64: 9,
  i32: 5,
  i64: 9,
  bin16: 18,
  bin20: 22,
  bin32: 34,
  bin65: 67,
  clientId: 38,
  text: 66,
} as const;

/** The longest encoding of a value, in bytes. */
export function lengthMax(type: FieldType): number {
  if (typeof type === "string") return SCALAR_LENGTH_MAX[type];
  if ("enum" in type)
    return uintLength(Math.max(...enumerationNamed(type.enum).values.map(({ value }) => value)));
  if ("optional" in type) return lengthMax(type.optional);
  if ("orderRef" in type) return SCALAR_LENGTH_MAX.clientId;
  const item = "list" in type ? recordLengthMax(recordNamed(type.list)) : SCALAR_LENGTH_MAX[type.listOf];
  return arrayHeaderLength(type.max) + type.max * item;
}

export const fieldsLengthMax = (fields: Field[]) =>
  fields.reduce((sum, { type }) => sum + lengthMax(type), 0);
const recordLengthMax = (record: RecordType) =>
  arrayHeaderLength(record.fields.length) + fieldsLengthMax(record.fields);
export const messageLengthMax = (message: Message) =>
  arrayHeaderLength(arityOf(message)) + uintLength(message.code) + fieldsLengthMax(message.fields);
const arrayHeaderLength = (count: number) => (count < 16 ? 1 : count < 65536 ? 3 : 5);
const uintLength = (value: number) => (value < 128 ? 1 : value < 256 ? 2 : 3);

/** A type as a person reads it. */
export function typeText(type: FieldType): string {
  if (typeof type === "string") return type === "clientId" ? "client id" : type;
  if ("enum" in type) return type.enum;
  if ("optional" in type) return `${typeText(type.optional)} or nil`;
  if ("orderRef" in type) return "order id (u64) or client id";
  const least = type.min ? `${type.min} to ` : "at most ";
  return `list of ${"list" in type ? type.list : type.listOf}, ${type.min === type.max ? `exactly ${type.max}` : least + type.max}`;
}

export const isList = (type: FieldType): type is Extract<FieldType, { max: number }> =>
  typeof type !== "string" && "max" in type;
export const hasList = (fields: Field[]) => fields.some(({ type }) => isList(type));

/** The schema breaks no rule the generators and readers rely on; throws what it breaks. */
export function assertSchema(): void {
  const codes = new Set<number>();
  const names = new Set<string>();
  for (const { name } of [...messages, ...schema.records, ...schema.enumerations]) {
    if (names.has(name)) throw new Error(`schema: ${name} is named twice`);
    names.add(name);
  }
  for (const message of messages) {
    if (codes.has(message.code)) throw new Error(`schema: code ${message.code} is used twice`);
    codes.add(message.code);
  }
  for (const { name, values } of schema.enumerations) {
    if (new Set(values.map(({ value }) => value)).size !== values.length)
      throw new Error(`schema: ${name} repeats a value`);
    if (values.some(({ value }) => value < 0 || value > 127))
      throw new Error(`schema: ${name} leaves one byte`);
  }
  const rejects = new Set(schema.rejects.map(({ code }) => code));
  if (rejects.size !== schema.rejects.length) throw new Error("schema: a reject code is used twice");
  for (const record of schema.records)
    if (hasList(record.fields)) throw new Error(`schema: ${record.name} nests deeper than 4`);
}
