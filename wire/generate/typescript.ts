/** `wire/src/generated/`: the same files as the Rust codec has, with types, `encode…` and `decode…`. */

import type { Enumeration, Field, FieldType, Message, RecordType } from "../schema.ts";
import * as schema from "../schema.ts";
import type { Group } from "./model.ts";
import { arityOf, camel, groups, isList, messages, pascal, screaming, typeName, typeText } from "./model.ts";

const BANNER = "// Generated from wire/schema.ts by `npm run wire`. Do not edit.\n";
const ROOT = "wire/src/generated/";

/** Path → content. */
export function typescriptFiles(): Map<string, string> {
  const files = new Map<string, string>();
  const put = (name: string, body: string) => files.set(`${ROOT}${name}.ts`, `${BANNER}\n${body}`);
  for (const enumeration of schema.enumerations) put(enumeration.name, enumerationFile(enumeration));
  for (const record of schema.records) put(record.name, recordFile(record));
  for (const message of messages) put(message.name, messageFile(message));
  for (const group of groups) put(`${group.name}s`, groupFile(group));
  put("reject", rejectFile());
  put("index", indexFile([...files.keys()].map((path) => path.slice(ROOT.length))));
  return files;
}

const indexFile = (modules: string[]) =>
  modules
    .sort()
    .map((module) => `export * from "./${module}";\n`)
    .join("");

function typescriptType(type: FieldType): string {
  if (typeof type === "string") {
    if (type.startsWith("bin")) return "Uint8Array";
    if (type === "clientId" || type === "text") return "string";
    if (type === "bool") return "boolean";
    return type.endsWith("64") ? "bigint" : "number";
  }
  if ("enum" in type) return pascal(type.enum);
  if ("optional" in type) return `${typescriptType(type.optional)} | null`;
  if ("orderRef" in type) return "bigint | string";
  return `${"list" in type ? typeName(type.list) : typescriptType(type.listOf)}[]`;
}

function parseExpression(type: FieldType): string {
  if (typeof type === "string")
    return type.startsWith("bin") ? `reader.bin(${type.slice(3)})` : `reader.${type}()`;
  if ("enum" in type) return `reader.enumeration(${screaming(type.enum)}_NAMES)`;
  if ("optional" in type) return `reader.nil() ? null : ${parseExpression(type.optional)}`;
  if ("orderRef" in type) return "reader.orderRef()";
  const item = "list" in type ? `parse${typeName(type.list)}` : `(reader) => ${parseExpression(type.listOf)}`;
  return `reader.list(${type.min ?? 0}, ${type.max}, ${item})`;
}

function emitStatement(type: FieldType, value: string, field: string): string {
  const label = `"${field}"`;
  if (typeof type === "string") {
    if (type.startsWith("bin")) return `writer.bin(${value}, ${type.slice(3)}, ${label})`;
    return `writer.${type}(${value}, ${label})`;
  }
  if ("enum" in type) return `writer.enumeration(${pascal(type.enum)}, ${value}, ${label})`;
  if ("optional" in type)
    return `${value} === null ? writer.nil() : ${emitStatement(type.optional, value, field)}`;
  if ("orderRef" in type) return `writer.orderRef(${value}, ${label})`;
  const item =
    "list" in type
      ? `emit${typeName(type.list)}`
      : `(writer, item) => ${emitStatement(type.listOf, "item", field)}`;
  return `writer.list(${value}, ${type.min ?? 0}, ${type.max}, ${label}, ${item})`;
}

function imports(fields: Field[]): string {
  const lines = new Set<string>();
  const visit = (type: FieldType): void => {
    if (typeof type === "string") return;
    if ("enum" in type)
      lines.add(`import { ${pascal(type.enum)}, ${screaming(type.enum)}_NAMES } from "./${type.enum}.ts";\n`);
    else if ("optional" in type) visit(type.optional);
    else if ("list" in type) {
      const name = typeName(type.list);
      lines.add(`import { type ${name}, emit${name}, parse${name} } from "./${type.list}.ts";\n`);
    }
  };
  for (const { type } of fields) visit(type);
  return [...lines].sort().join("");
}

function fieldLines(fields: Field[]): string {
  return fields
    .map(({ name, type, doc }) => {
      const text =
        isList(type) || !doc ? [typeText(type), doc].filter(Boolean).join(": ") : `${typeText(type)}; ${doc}`;
      return `  /** ${text} */\n  ${camel(name)}: ${typescriptType(type)};\n`;
    })
    .join("");
}

const parseLines = (fields: Field[]) =>
  fields.map(({ name, type }) => `    ${camel(name)}: ${parseExpression(type)},\n`).join("");
const emitLines = (owner: string, fields: Field[]) =>
  fields.map(({ name, type }) => `  ${emitStatement(type, `${owner}.${camel(name)}`, name)};\n`).join("");

function recordFile(record: RecordType): string {
  const name = typeName(record.name);
  return `import type { Reader } from "../reader.ts";
import type { Writer } from "../writer.ts";
${imports(record.fields)}
/** ${record.doc || `A ${record.name} inside a list.`} */
export interface ${name} {
${fieldLines(record.fields)}}

export function parse${name}(reader: Reader): ${name} {
  reader.arrayOf(${record.fields.length});
  return {
${parseLines(record.fields)}  };
}

export function emit${name}(writer: Writer, record: ${name}): void {
  writer.array(${record.fields.length});
${emitLines("record", record.fields)}}
`;
}

function messageFile(message: Message): string {
  const name = typeName(message.name);
  const constant = screaming(message.name);
  const unused = message.fields.length === 0 ? "_" : "";
  return `import { expectHead, parseAll, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";
${imports(message.fields)}
/** ${message.doc || `The message \`${message.name}\`.`} */
export interface ${name} {
  type: "${message.name}";
${fieldLines(message.fields)}}

export const ${constant}_CODE = ${message.code};
export const ${constant}_ARITY = ${arityOf(message)};

/** Reads the fields; header and code are behind the reader. */
export function parse${name}(${unused}reader: Reader): ${name} {
  return {
    type: "${message.name}",
${parseLines(message.fields)}  };
}

/** Appends header, code and fields. */
export function emit${name}(writer: Writer, ${unused}message: ${name}): void {
  writer.array(${arityOf(message)});
  writer.u8(${message.code}, "code");
${emitLines("message", message.fields)}}

/** Bytes that are this message and nothing else, or a \`ParseError\`. */
export function decode${name}(bytes: Uint8Array): ${name} {
  return parseAll(bytes, (reader) => {
    expectHead(reader, ${message.code}, ${arityOf(message)});
    return parse${name}(reader);
  });
}

/** The message's canonical bytes, or an \`EmitError\`. */
export function encode${name}(message: ${name}): Uint8Array {
  return emitAll((writer) => emit${name}(writer, message));
}
`;
}

function enumerationFile({ name, doc, values }: Enumeration): string {
  const highest = Math.max(...values.map(({ value }) => value));
  const names = Array.from(
    { length: highest + 1 },
    (_, index) => values.find(({ value }) => value === index)?.name,
  );
  const lines = values
    .map((v) => `${v.doc ? `  /** ${v.doc} */\n` : ""}  "${v.name}": ${v.value},\n`)
    .join("");
  return `/** ${doc || `Values of \`${name}\`.`} */
export const ${pascal(name)} = {
${lines}} as const;

export type ${pascal(name)} = keyof typeof ${pascal(name)};

/** Names by value. */
export const ${screaming(name)}_NAMES: readonly (${pascal(name)} | undefined)[] = [${names.map((n) => (n ? `"${n}"` : "undefined")).join(", ")}];
`;
}

function groupFile(group: Group): string {
  const name = pascal(group.name);
  const each = (line: (message: Message) => string) => group.messages.map(line).join("");
  const uses = each((m) => {
    const type = typeName(m.name);
    const constant = screaming(m.name);
    return `import { type ${type}, ${constant}_ARITY, ${constant}_CODE, emit${type}, parse${type} } from "./${m.name}.ts";\n`;
  });
  return `import { EmitError, ParseError } from "../error.ts";
import { parseAll, parseHead, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";
${uses}
/** ${group.doc} */
export type ${name} = ${group.messages.map((m) => typeName(m.name)).join(" | ")};

/** Reads one message; more may follow. */
export function parse${name}(reader: Reader): ${name} {
  const start = reader.offset;
  const { arity, code } = parseHead(reader);
  const expect = (known: number): void => {
    if (arity !== known) throw new ParseError("BAD_FRAME", start);
  };
  switch (code) {
${each((m) => `    case ${screaming(m.name)}_CODE:\n      expect(${screaming(m.name)}_ARITY);\n      return parse${typeName(m.name)}(reader);\n`)}    default:
      throw new ParseError("UNKNOWN_OP", code);
  }
}

/** Appends one message. */
export function emit${name}(writer: Writer, message: ${name}): void {
  switch (message.type) {
${each((m) => `    case "${m.name}":\n      return emit${typeName(m.name)}(writer, message);\n`)}    default:
      throw new EmitError("BAD_TYPE", "type", \`names no ${group.name}: \${String((message as { type: unknown }).type)}\`);
  }
}

/** Bytes that are one message of the group and nothing else, or a \`ParseError\`. */
export function decode${name}(bytes: Uint8Array): ${name} {
  return parseAll(bytes, parse${name});
}

/** The message's canonical bytes, or an \`EmitError\`. */
export function encode${name}(message: ${name}): Uint8Array {
  return emitAll((writer) => emit${name}(writer, message));
}
`;
}

function rejectFile(): string {
  const lines = schema.rejects
    .map((r) => `  "${r.name}": { code: ${r.code}, wire: "${r.wire}", doc: ${JSON.stringify(r.doc)} },\n`)
    .join("");
  return `/** Refusals by name: 1–99 the frame never became a command, 100–199 authorisation, 200–399 the engine. */
export const REJECTS = {
${lines}} as const;

export type RejectName = keyof typeof REJECTS;

export interface RejectEntry {
  name: RejectName;
  /** The stable number. */
  code: number;
  /** What people read: \`BAD_FRAME\`. */
  wire: string;
  /** What was wrong, and what to do. */
  doc: string;
}

/** Refusals by code. */
export const REJECT_BY_CODE: ReadonlyMap<number, RejectEntry> = new Map(
  Object.entries(REJECTS).map(([name, entry]) => [entry.code, { name: name as RejectName, ...entry }]),
);
`;
}
