/**
 * Every byte that crosses a wall of sealbook, in TypeScript. The same file names as `enclave/wire/src`; the messages in
 * `generated/` come from `wire/schema.ts`.
 */
export * from "./batch.ts";
export * from "./crc32c.ts";
export * from "./error.ts";
export * from "./evidence.ts";
export * from "./frame.ts";
export * from "./generated/index.ts";
export * from "./header.ts";
export * from "./inbox.ts";
export * as journal from "./journal.ts";
export { parseAll, Reader } from "./reader.ts";
export * as ring from "./ring.ts";
export * from "./sequenced.ts";
export { DEPTH_MAX, firstFault } from "./structure.ts";
export { emitAll, Writer } from "./writer.ts";
