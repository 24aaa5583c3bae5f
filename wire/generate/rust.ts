/** `enclave/wire/src/generated/`: one file per message, record and enumeration, and the groups that are parsed by code. */

import type { Enumeration, Field, FieldType, Message, RecordType } from "../schema.ts";
import * as schema from "../schema.ts";
import type { Group } from "./model.ts";
import {
  arityOf,
  groups,
  hasList,
  isList,
  messageLengthMax,
  messages,
  pascal,
  snake,
  typeName,
  typeText,
} from "./model.ts";

const BANNER = "// Generated from wire/schema.ts by `npm run wire`. Do not edit.\n";
const ROOT = "enclave/wire/src/generated/";
const TEST_SUPPORT = "enclave/wire/tests/support/generated.rs";

/** Path → content. */
export function rustFiles(): Map<string, string> {
  const files = new Map<string, string>();
  const put = (name: string, body: string) => files.set(`${ROOT}${snake(name)}.rs`, `${BANNER}\n${body}`);
  for (const enumeration of schema.enumerations) put(enumeration.name, enumerationFile(enumeration));
  for (const record of schema.records) put(record.name, recordFile(record));
  for (const message of messages) put(message.name, messageFile(message));
  for (const group of groups) put(groupFileName(group), groupFile(group));
  put("reject", rejectFile());
  files.set(TEST_SUPPORT, `${BANNER}\n${testSupport()}`);
  put(
    "mod",
    modFile(
      [...files.keys()].filter((path) => path.startsWith(ROOT)).map((path) => path.slice(ROOT.length, -3)),
    ),
  );
  return files;
}

const groupFileName = (group: Group) => `${group.name}s`;

function modFile(modules: string[]): string {
  const names = modules.filter((name) => name !== "mod").sort();
  const lines = names.map((name) => `mod ${name};`);
  const uses = names.map((name) => `pub use ${name}::*;`);
  return `//! Every message of docs/wire.md, one file each.\n\n${lines.join("\n")}\n\n${uses.join("\n")}\n`;
}

function rustType(type: FieldType): string {
  if (typeof type === "string") {
    if (type.startsWith("bin")) return `[u8; ${type.slice(3)}]`;
    return type === "clientId" ? "ClientId" : type === "text" ? "Text" : type;
  }
  if ("enum" in type) return pascal(type.enum);
  if ("optional" in type) return `Option<${rustType(type.optional)}>`;
  if ("orderRef" in type) return "OrderRef";
  return `List<'a, ${"list" in type ? typeName(type.list) : rustType(type.listOf)}>`;
}

function parseExpression(type: FieldType): string {
  if (typeof type === "string") {
    if (type.startsWith("bin")) return "reader.bin()";
    return type === "clientId" ? "reader.client_id()" : `reader.${type}()`;
  }
  if ("enum" in type) return `reader.enumeration(${pascal(type.enum)}::from_u8)`;
  if ("optional" in type) return `reader.optional(|reader| ${parseExpression(type.optional)})`;
  if ("orderRef" in type) return "reader.order_ref()";
  return `reader.list(${type.min ?? 0}, ${type.max})`;
}

function emitStatement(type: FieldType, value: string): string {
  if (typeof type === "string") {
    if (type.startsWith("bin")) return `writer.bin(&${value})`;
    if (type === "clientId") return `writer.client_id(&${value})`;
    if (type === "text") return `writer.str(${value}.as_bytes())`;
    if (type === "bool") return `writer.bool(${value})`;
    const call = type.startsWith("i") ? "int" : "uint";
    return `writer.${call}(${type.endsWith("64") ? value : `${value}.into()`})`;
  }
  if ("enum" in type) return `writer.uint(${value} as u64)`;
  if ("optional" in type)
    return `writer.optional(${value}, |writer, value| ${emitStatement(type.optional, "value")})`;
  if ("orderRef" in type) return `writer.order_ref(&${value})`;
  return `${value}.emit(writer, ${type.min ?? 0}, ${type.max})`;
}

function fieldLines(fields: Field[]): string {
  return fields
    .map(({ name, type, doc }) => {
      const bound = isList(type) ? `${typeText(type)}${doc ? `: ${doc}` : ""}` : doc;
      return `    /// ${bound ? sentence(bound) : `\`${typeText(type)}\`.`}\n    pub ${name}: ${rustType(type)},\n`;
    })
    .join("");
}

/** Crate names the fields need, in `use` order. */
function imports(fields: Field[], base: string[]): string {
  const uses = new Set(base);
  const visit = (type: FieldType): void => {
    if (type === "clientId") uses.add("crate::client_id::ClientId");
    else if (type === "text") uses.add("crate::text::Text");
    else if (typeof type === "string") return;
    else if ("enum" in type) uses.add(`crate::generated::${pascal(type.enum)}`);
    else if ("optional" in type) visit(type.optional);
    else if ("orderRef" in type) uses.add("crate::order_ref::OrderRef");
    else {
      uses.add("crate::list::List");
      if ("list" in type) uses.add(`crate::generated::${typeName(type.list)}`);
    }
  };
  for (const { type } of fields) visit(type);
  return [...uses]
    .sort()
    .map((use) => `use ${use};\n`)
    .join("");
}

function structLines(name: string, doc: string, fields: Field[], lifetime: string): string {
  const derive = "#[derive(Clone, Copy, Debug, PartialEq, Eq)]\n";
  const body = fields.length ? ` {\n${fieldLines(fields)}}` : ";";
  return `/// ${doc}\n${derive}pub struct ${name}${lifetime}${body}\n`;
}

function construction(fields: Field[]): string {
  if (!fields.length) return "Ok(Self)";
  const lines = fields.map(({ name, type }) => `            ${name}: ${parseExpression(type)}?,\n`);
  return `Ok(Self {\n${lines.join("")}        })`;
}

const emitLines = (fields: Field[]) =>
  fields.map(({ name, type }) => `        ${emitStatement(type, `self.${name}`)};\n`).join("");

function recordFile(record: RecordType): string {
  const name = typeName(record.name);
  const uses = imports(record.fields, [
    "crate::error::ParseError",
    "crate::message::Item",
    "crate::reader::Reader",
    "crate::writer::Writer",
  ]);
  return `${uses}
${structLines(name, sentence(record.doc || `The record \`${record.name}\`, an array without a code`), record.fields, "")}
impl Item for ${name} {
    #[inline]
    fn parse_item(reader: &mut Reader<'_>) -> Result<Self, ParseError> {
        reader.array_of(${record.fields.length})?;
        ${construction(record.fields)}
    }

    #[inline]
    fn emit_item(&self, writer: &mut Writer<'_>) {
        writer.array(${record.fields.length});
${emitLines(record.fields)}    }
}
`;
}

function messageFile(message: Message): string {
  const name = typeName(message.name);
  const lifetime = hasList(message.fields) ? "<'a>" : "";
  const uses = imports(message.fields, [
    "crate::error::ParseError",
    "crate::message::Message",
    "crate::reader::Reader",
    "crate::writer::Writer",
  ]);
  const quiet = message.fields.length ? "" : "_";
  return `${uses}
${structLines(name, sentence(message.doc || `The message \`${message.name}\``), message.fields, lifetime)}
impl<'a> Message<'a> for ${name}${lifetime} {
    const CODE: u32 = ${message.code};
    const NAME: &'static str = "${message.name}";
    const ARITY: u32 = ${arityOf(message)};
    const LENGTH_MAX: usize = ${messageLengthMax(message)};

    #[inline]
    fn parse_fields(${quiet}reader: &mut Reader<'a>) -> Result<Self, ParseError> {
        ${construction(message.fields)}
    }

    #[inline]
    fn emit_fields(&self, ${quiet}writer: &mut Writer<'_>) {
${emitLines(message.fields)}    }
}
`;
}

function enumerationFile(enumeration: Enumeration): string {
  const name = pascal(enumeration.name);
  const { values } = enumeration;
  const variants = values
    .map((v) => `    /// ${sentence(v.doc || `\`${v.name}\``)}\n    ${pascal(v.name)} = ${v.value},\n`)
    .join("");
  return `/// ${sentence(enumeration.doc || `The enumeration \`${enumeration.name}\``)}
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum ${name} {
${variants}}

impl ${name} {
    /// Every value, ascending.
    pub const ALL: [Self; ${values.length}] = [${values.map((v) => `Self::${pascal(v.name)}`).join(", ")}];

    /// None if no value has this number.
    #[inline]
    pub const fn from_u8(value: u8) -> Option<Self> {
        match value {
${values.map((v) => `            ${v.value} => Some(Self::${pascal(v.name)}),\n`).join("")}            _ => None,
        }
    }

    /// Name in the schema, and in TypeScript.
    pub const fn name(self) -> &'static str {
        match self {
${values.map((v) => `            Self::${pascal(v.name)} => "${v.name}",\n`).join("")}        }
    }
}
`;
}

function groupFile(group: Group): string {
  const name = pascal(group.name);
  const lifetime = group.messages.some(({ fields }) => hasList(fields)) ? "<'a>" : "";
  const ofMessage = (message: Message) => `${typeName(message.name)}${hasList(message.fields) ? "<'a>" : ""}`;
  const variant = (message: Message) => pascal(message.name);
  const each = (line: (message: Message) => string) => group.messages.map(line).join("");
  const input = lifetime ? "'a" : "'_";
  const uses = [
    "crate::error::ParseError",
    "crate::message::{Message, parse_body, parse_head}",
    "crate::reader::Reader",
    "crate::structure",
    "crate::writer::{EmitError, Writer}",
  ]
    .map((use) => `use ${use};\n`)
    .join("");
  return `${uses}
use crate::generated::{${group.messages
    .map((m) => typeName(m.name))
    .sort()
    .join(", ")}};

/// ${group.doc}
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ${name}${lifetime} {
${each((m) => `    /// ${sentence(m.doc || `\`${m.name}\``)}\n    ${variant(m)}(${ofMessage(m)}),\n`)}}

impl${lifetime} ${name}${lifetime} {
    /// No message of the group takes more bytes.
    pub const LENGTH_MAX: usize = ${Math.max(...group.messages.map(messageLengthMax))};

    /// Reads one message; more may follow.
    #[inline]
    pub fn parse_item(reader: &mut Reader<${input}>) -> Result<Self, ParseError> {
        let start = reader.offset();
        let (arity, code) = parse_head(reader)?;
        match code {
${each((m) => `            ${m.code} => parse_body(reader, start, arity).map(Self::${variant(m)}),\n`)}            _ => Err(ParseError::unknown_op(code)),
        }
    }

    /// Bytes that are one message of the group and nothing else.
    pub fn parse(bytes: &${lifetime ? "'a " : ""}[u8]) -> Result<Self, ParseError> {
        let mut reader = Reader::new(bytes);
        let parsed = Self::parse_item(&mut reader);
        let parsed = parsed.and_then(|message| reader.end().map(|()| message));
        parsed.map_err(|error| structure::first_fault(bytes).unwrap_or(error))
    }

    /// Appends the message.
    #[inline]
    pub fn emit(&self, writer: &mut Writer<'_>) {
        match self {
${each((m) => `            Self::${variant(m)}(message) => message.emit(writer),\n`)}        }
    }

    /// Emits into a buffer; the bytes used.
    pub fn emit_into<'b>(&self, buffer: &'b mut [u8]) -> Result<&'b [u8], EmitError> {
        let mut writer = Writer::new(buffer);
        self.emit(&mut writer);
        writer.finish()
    }

    /// The message's code.
    pub const fn code(&self) -> u32 {
        match self {
${each((m) => `            Self::${variant(m)}(_) => ${m.code},\n`)}        }
    }

    /// The message's name in the schema.
    pub const fn name(&self) -> &'static str {
        match self {
${each((m) => `            Self::${variant(m)}(_) => "${m.name}",\n`)}        }
    }
}
`;
}

function rejectFile(): string {
  const { rejects } = schema;
  const each = (line: (reject: schema.Reject) => string) => rejects.map(line).join("");
  return `/// A refusal with a stable code: 1–99 the frame never became a command, 100–199 authorisation, 200–399 the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u16)]
pub enum Reject {
${each((r) => `    /// ${sentence(r.doc)}\n    ${pascal(r.name)} = ${r.code},\n`)}}

impl Reject {
    /// Every reject, ascending.
    pub const ALL: [Self; ${rejects.length}] = [
${each((r) => `        Self::${pascal(r.name)},\n`)}    ];

    /// The stable number.
    #[inline]
    pub const fn code(self) -> u16 {
        self as u16
    }

    /// None if no reject has this number.
    pub const fn from_code(code: u16) -> Option<Self> {
        match code {
${each((r) => `            ${r.code} => Some(Self::${pascal(r.name)}),\n`)}            _ => None,
        }
    }

    /// What people read: \`BAD_FRAME\`.
    pub const fn wire(self) -> &'static str {
        match self {
${each((r) => `            Self::${pascal(r.name)} => "${r.wire}",\n`)}        }
    }

    /// What was wrong, and what to do.
    pub const fn doc(self) -> &'static str {
        match self {
${each((r) => `            Self::${pascal(r.name)} => ${JSON.stringify(r.doc)},\n`)}        }
    }
}
`;
}

/** Upper case first, a full stop last; brackets that rustdoc would take for a link are code. */
function sentence(text: string): string {
  const plain = text.replace(/(^|[^`])(\[[A-Za-z0-9_-]+\]\{[0-9,]+\})/g, "$1`$2`");
  const head = plain.charAt(0).toUpperCase() + plain.slice(1);
  return /[.!?]$/.test(head) ? head : `${head}.`;
}

/** What the golden vectors' test needs: each message as the JSON of its vector, and a check by name. */
function testSupport(): string {
  const object = (fields: Field[], owner: string) =>
    `json!({\n${fields.map(({ name, type }) => `        "${name}": ${jsonExpression(type, `${owner}.${name}`)},\n`).join("")}    })`;
  const all = schema.records.map((record) => {
    const name = typeName(record.name);
    return `fn ${snake(record.name)}(record: &${name}) -> Value {\n    ${object(record.fields, "record")}\n}\n`;
  });
  const arms = messages.map((message) => {
    const name = typeName(message.name);
    const json = message.fields.length
      ? object(message.fields, "message").replaceAll("\n", "\n        ")
      : "json!({})";
    const binding = message.fields.length ? "message" : "_message";
    return `        "${message.name}" => check(bytes, |${binding}: &${name}${hasList(message.fields) ? "<'_>" : ""}| ${json}),\n`;
  });
  return `use sealbook_wire::*;
use serde_json::{Value, json};

use super::{check, hex};

/// Parses, emits again, and hands back the value as its vector writes it.
pub fn round_trip(name: &str, bytes: &[u8]) -> Value {
    match name {
${arms.join("")}        _ => panic!("no message is named {name}"),
    }
}

${all.join("\n")}`;
}

function jsonExpression(type: FieldType, value: string): string {
  if (typeof type === "string") {
    if (type.startsWith("bin")) return `hex(&${value})`;
    if (type === "clientId" || type === "text") return `${value}.as_str()`;
    return type.endsWith("64") ? `${value}.to_string()` : value;
  }
  if ("enum" in type) return `${value}.name()`;
  if ("optional" in type) {
    return type.optional === "clientId"
      ? `${value}.as_ref().map(ClientId::as_str)`
      : mapped(value, jsonExpression(type.optional, "value"));
  }
  if ("orderRef" in type) return `super::order_ref(&${value})`;
  const item = "list" in type ? snake(type.list) : "hex";
  return `${value}.iter().map(|item| ${item}(&item)).collect::<Vec<_>>()`;
}

const mapped = (value: string, to: string) => (to === "value" ? value : `${value}.map(|value| ${to})`);
