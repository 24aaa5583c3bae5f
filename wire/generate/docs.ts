/** `docs/wire.md`: every message, record, enumeration and reject as a table. */

import type { Field } from "../schema.ts";
import * as schema from "../schema.ts";
import { arityOf, groups, messageLengthMax, pascal, typeText } from "./model.ts";

export function docsFiles(): Map<string, string> {
  return new Map([["docs/wire.md", page()]]);
}

function page(): string {
  const parts = [INTRODUCTION];
  for (const group of groups) {
    parts.push(`## ${pascal(group.name).replace(/([a-z])([A-Z])/g, "$1 $2")}s\n\n${group.doc}\n`);
    for (const message of group.messages) {
      const size = `Array of ${arityOf(message)}, at most ${messageLengthMax(message)} bytes.`;
      const head: Field = { name: "code", type: "u8", doc: `${message.code}` };
      parts.push(
        `### ${message.name} (${message.code})\n\n${[message.doc, size].filter(Boolean).join(" ")}\n\n${fieldTable([head, ...message.fields])}`,
      );
    }
  }
  parts.push("## Records\n\nAn array without a code, inside a list.\n");
  for (const record of schema.records) {
    parts.push(`### ${record.name}\n\n${record.doc ? `${record.doc}\n\n` : ""}${fieldTable(record.fields)}`);
  }
  parts.push("## Enumerations\n\nOne byte on the wire, a name in code.\n");
  for (const { name, doc, values } of schema.enumerations) {
    const rows = values.map((value) => [`${value.value}`, `\`${value.name}\``, value.doc]);
    parts.push(`### ${name}\n\n${doc ? `${doc}\n\n` : ""}${table(["value", "name", ""], rows)}`);
  }
  const rows = schema.rejects.map((reject) => [`${reject.code}`, `\`${reject.wire}\``, reject.doc]);
  parts.push(`${REJECTS}\n${table(["code", "name", "what was wrong, and what to do"], rows)}`);
  return parts.join("\n");
}

function fieldTable(fields: Field[]): string {
  return table(
    ["#", "field", "type", ""],
    fields.map(({ name, type, doc }, index) => [`${index}`, `\`${name}\``, typeText(type), doc]),
  );
}

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return `${[line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n")}\n`;
}

const INTRODUCTION = `# The wire

Generated from \`wire/schema.ts\` by \`npm run wire\`. Do not edit. What carries these messages stands in [boundaries.md](boundaries.md).

A message is a msgpack array \`[code, field, …]\`, positional and strict:

- Only arrays, integers, bin, str, bool and nil. Maps, extensions and byte 0xC1 are \`BAD_FRAME\`; floats are \`BAD_TYPE\`.
- One encoding per value: shortest header, shortest integer, unsigned family for what is not negative. Anything longer is \`BAD_FRAME\`.
- At most 4 arrays deep: frame, command, list, record. Deeper is \`BAD_FRAME\`. Wrong arity, a list outside its bounds, a cut or trailing bytes are \`BAD_FRAME\`.
- A value of another type is \`BAD_TYPE\` (a \`bin\` of another length too), an integer or enumeration value that does not fit is \`OUT_OF_RANGE\`, an illegal id or text is \`BAD_STRING\`,
  a code that has no message here is \`UNKNOWN_OP\`.
- A fault of structure anywhere comes before a fault of type or range anywhere; among equals the first byte decides. So both codecs
  give the same code and the same offset (of the first byte of the token at fault).
- A frame is refused whole: one bad command, and none of the frame was executed.

\`u8 … i64\` are integers of that range, \`binN\` is N bytes, a client id is a str \`[A-Za-z0-9_-]{1,36}\`, text is a str of at most 64 printable ASCII
characters. In TypeScript 64-bit fields are \`bigint\`, enumerations their names, absent optionals \`null\`.
`;

const REJECTS = `## Rejects

Stable numbers, in \`result.code\` and \`error.code\`. 1–99: the frame never became a command. 100–199: authorisation. 200–399: the engine.
`;
