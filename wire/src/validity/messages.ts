/**
 * What a venue in validity mode and its clients say to each other (docs/validity.md): strict positional msgpack like every other message,
 * but in the clear, for there is no enclave to seal to. A body is a clear head (sixteen zero bytes) and a list of messages.
 */
import { ParseError } from "../error.ts";
import { HEAD_LENGTH } from "../frame.ts";
import { parseAll, parseHead, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";

/** Commands in one body. A signature takes milliseconds to check: few are plenty. */
export const VALIDITY_COMMANDS_MAX = 16;
/** Events in one body. */
export const VALIDITY_EVENTS_MAX = 256;
/** Open orders of an account, so places of a fills leaf. */
export const OPEN_ORDERS_MAX = 32;

interface Kinds {
  u8: number;
  u16: number;
  u32: number;
  u64: bigint;
  i64: bigint;
  bool: boolean;
  text: string;
  bin20: Uint8Array;
  bin32: Uint8Array;
  /** 32 bytes, big-endian: a field element or a scalar of Grumpkin. */
  scalar: bigint;
  positions: ValidityPosition[];
  orders: ValidityOpenOrder[];
  markets: ValidityMarket[];
}
type Kind = keyof Kinds;
type Fields = Readonly<Record<string, Kind>>;
type ValuesOf<T extends Fields> = { -readonly [Name in keyof T]: Kinds[T[Name]] };

const POSITION = { instrument: "u16", size: "i64", cost: "i64" } as const satisfies Fields;
const OPEN_ORDER = {
  id: "u64",
  instrument: "u16",
  isBuy: "bool",
  price: "u64",
  lots: "u64",
} as const satisfies Fields;
const MARKET = {
  instrument: "u16",
  symbol: "text",
  tickValue: "u64",
  mark: "u64",
  index: "u64",
} as const satisfies Fields;
/** Size in lots, cost in 1e-6. */
export type ValidityPosition = ValuesOf<typeof POSITION>;
/** Limit in ticks, lots that are left. */
export type ValidityOpenOrder = ValuesOf<typeof OPEN_ORDER>;
/** Tick value, mark and index in 1e-6 of the token, per lot. */
export type ValidityMarket = ValuesOf<typeof MARKET>;

/**
 * Client to venue. `tag` comes back in the answer. Whoever sends an order need not be its owner: the signature is. A `cancel` covers the
 * one id, or with `isAll` every open order up to it, so that an old one that is heard again cancels nothing newer.
 */
const COMMANDS = {
  hello: [208, { tag: "u32" }],
  watch: [209, { tag: "u32", account: "u32" }],
  order: [
    210,
    {
      tag: "u32",
      account: "u32",
      id: "u64",
      instrument: "u16",
      isBuy: "bool",
      price: "u64",
      lots: "u64",
      expiry: "u64",
      s: "scalar",
      e: "scalar",
    },
  ],
  cancel: [211, { tag: "u32", account: "u32", id: "u64", isAll: "bool", s: "scalar", e: "scalar" }],
  withdraw: [212, { tag: "u32", account: "u32", amount: "u64", nonce: "u64", s: "scalar", e: "scalar" }],
} as const satisfies Record<string, readonly [number, Fields]>;

/**
 * Venue to client. `accepted` is sent when the command is on disk and synced: it survives kill -9 and power loss. `proven` says that
 * everything up to a sequence is in an accepted batch: only that no restart can undo. `undone`: what was said of this command is not so
 * any more, its fills are others or (`isVoid`) it is gone; watch the account for how it stands.
 */
const EVENTS = {
  venue: [
    224,
    {
      tag: "u32",
      chainId: "u64",
      settlement: "bin20",
      path: "bin20",
      epoch: "u64",
      domain: "scalar",
      statement: "text",
      level: "text",
      batch: "u64",
      sequence: "u64",
      proven: "u64",
      markets: "markets",
    },
  ],
  accepted: [225, { tag: "u32", sequence: "u64", account: "u32", id: "u64", filled: "u64" }],
  refused: [226, { tag: "u32", code: "u16", detail: "u64" }],
  fill: [
    227,
    {
      sequence: "u64",
      account: "u32",
      id: "u64",
      instrument: "u16",
      isBuy: "bool",
      price: "u64",
      lots: "u64",
      isMaker: "bool",
    },
  ],
  closed: [228, { sequence: "u64", account: "u32", id: "u64", left: "u64", reason: "u8" }],
  proven: [229, { batch: "u64", sequence: "u64", stateRoot: "scalar", transaction: "bin32" }],
  account: [
    230,
    {
      tag: "u32",
      account: "u32",
      collateral: "i64",
      nonce: "u64",
      lastId: "u64",
      positions: "positions",
      orders: "orders",
    },
  ],
  undone: [231, { sequence: "u64", account: "u32", id: "u64", isVoid: "bool" }],
} as const satisfies Record<string, readonly [number, Fields]>;

type Messages<T extends Record<string, readonly [number, Fields]>> = {
  [Name in keyof T]: { type: Name } & ValuesOf<T[Name][1]>;
}[keyof T];
export type ValidityCommand = Messages<typeof COMMANDS>;
export type ValidityEvent = Messages<typeof EVENTS>;
export type ValidityCommandOf<T extends ValidityCommand["type"]> = Extract<ValidityCommand, { type: T }>;
export type ValidityEventOf<T extends ValidityEvent["type"]> = Extract<ValidityEvent, { type: T }>;

/** Why an order is closed: `closed.reason`. */
export const VALIDITY_CLOSED = {
  cancelled: 1,
  expired: 2,
  /** it met another order of its own account */
  selfTrade: 3,
  /** after a round of prices it was not covered any more */
  uncovered: 4,
  /** the engine let it go for another reason */
  engine: 5,
} as const;

/** Refusals of this mode: `refused.code`. Below 600 they are the codes of docs/wire.md, with its details. */
export const VALIDITY_REFUSALS = {
  BAD_FRAME: { code: 1, doc: "The bytes are no list of messages. Detail: the byte. The connection closes." },
  OUT_OF_RANGE: { code: 3, doc: "A number cannot be what it stands for. Nothing happened." },
  FRAME_TOO_LARGE: { code: 6, doc: "The body is longer than the detail says." },
  OVERLOADED: {
    code: 11,
    doc: "Too many commands from here, or too many batches wait for their proof. Send it again after the detail, in µs.",
  },
  BAD_SIGNATURE: {
    code: 600,
    doc: "The session key in the account's leaf did not sign this for this epoch. Register it (Inbox.registerKey), ask for `venue` again.",
  },
  UNKNOWN_ACCOUNT: { code: 601, doc: "No deposit has opened this account." },
  ORDER_ID_PASSED: {
    code: 602,
    doc: "A larger id that is equal modulo 32 was used already. Use ids above the detail.",
  },
  ORDER_ID_TAKEN: {
    code: 603,
    doc: "An order whose id is equal modulo 32 is still open: the detail. Cancel it, or choose another id.",
  },
  ORDER_CONFLICT: { code: 604, doc: "This id was used with other terms. Choose a new one." },
  EXPIRED: { code: 605, doc: "The order's expiry is before the batch's time: the detail, in µs." },
  UNKNOWN_ORDER: { code: 606, doc: "No open order of the account is meant." },
  WITHDRAW_NONCE: { code: 607, doc: "The nonce is not the account's last plus one: the detail." },
  SEALED_FRAME: {
    code: 609,
    doc: "A sealed frame: this venue has no enclave that could open it. Use the client of validity mode.",
  },
  UNPROVABLE: {
    code: 610,
    doc: "The engine would take it, a proof could not carry it (docs/validity.md). Nothing happened.",
  },
  FLAGGED_ACCOUNT: { code: 611, doc: "The account has a mode or a remainder that a proof does not know." },
  RESTING: {
    code: 612,
    doc: "The venue is taking up what the chain says. Send it again after the detail, in µs.",
  },
  WATCHES_FULL: { code: 613, doc: "This connection watches as many accounts as one may: the detail." },
} as const;
export type ValidityRefusalName = keyof typeof VALIDITY_REFUSALS;

const NO_HEAD = new Uint8Array(HEAD_LENGTH);

/** A body of commands. */
export function emitValidityCommands(commands: readonly ValidityCommand[]): Uint8Array {
  return emitBody((writer) =>
    writer.list(commands, 1, VALIDITY_COMMANDS_MAX, "commands", (to, one) =>
      emitMessage(to, COMMANDS[one.type], one),
    ),
  );
}

/** @throws {ParseError} at the byte that is wrong; `UNKNOWN_OP` at 0 for a body that is not in the clear */
export function parseValidityCommands(body: Uint8Array): ValidityCommand[] {
  return parseBody(body, COMMANDS, VALIDITY_COMMANDS_MAX) as ValidityCommand[];
}

/** A body of events. */
export function emitValidityEvents(events: readonly ValidityEvent[]): Uint8Array {
  return emitBody((writer) =>
    writer.list(events, 1, VALIDITY_EVENTS_MAX, "events", (to, one) =>
      emitMessage(to, EVENTS[one.type], one),
    ),
  );
}

/** @throws {ParseError} */
export function parseValidityEvents(body: Uint8Array): ValidityEvent[] {
  return parseBody(body, EVENTS, VALIDITY_EVENTS_MAX) as ValidityEvent[];
}

function emitBody(emit: (writer: Writer) => void): Uint8Array {
  const messages = emitAll(emit);
  const body = new Uint8Array(HEAD_LENGTH + messages.length);
  body.set(messages, HEAD_LENGTH);
  return body;
}

function parseBody(
  body: Uint8Array,
  known: Record<string, readonly [number, Fields]>,
  most: number,
): unknown[] {
  if (body.length <= HEAD_LENGTH) throw new ParseError("BAD_FRAME", body.length);
  if (NO_HEAD.some((_, at) => body[at] !== 0)) throw new ParseError("UNKNOWN_OP", 0);
  return parseAll(body.subarray(HEAD_LENGTH), (reader) =>
    reader.list(1, most, (from) => {
      const { arity, code } = parseHead(from);
      const found = Object.entries(known).find(([, [its]]) => its === code);
      if (!found) throw new ParseError("UNKNOWN_OP", code);
      const [type, [, fields]] = found;
      if (arity !== Object.keys(fields).length + 1) throw new ParseError("BAD_FRAME", from.offset);
      return { type, ...parseFields(from, fields) };
    }),
  );
}

function emitMessage(writer: Writer, [code, fields]: readonly [number, Fields], message: object): void {
  writer.array(Object.keys(fields).length + 1);
  writer.u8(code, "code");
  emitFields(writer, fields, message);
}

function emitFields(writer: Writer, fields: Fields, message: object): void {
  for (const [name, kind] of Object.entries(fields))
    emitters[kind](writer, (message as Record<string, unknown>)[name] as never, name);
}

function parseFields(reader: Reader, fields: Fields): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, kind]) => [name, parsers[kind](reader)]));
}

const records = (reader: Reader, fields: Fields, most: number) =>
  reader.list(0, most, (from) => {
    from.arrayOf(Object.keys(fields).length);
    return parseFields(from, fields);
  });
const emitRecords = (writer: Writer, items: readonly object[], fields: Fields, most: number, name: string) =>
  writer.list(items, 0, most, name, (to, item) => {
    to.array(Object.keys(fields).length);
    emitFields(to, fields, item);
  });

const POSITIONS_MAX = 16;
const MARKETS_MAX = 64;
const parsers: Record<Kind, (reader: Reader) => unknown> = {
  u8: (reader) => reader.u8(),
  u16: (reader) => reader.u16(),
  u32: (reader) => reader.u32(),
  u64: (reader) => reader.u64(),
  i64: (reader) => reader.i64(),
  bool: (reader) => reader.bool(),
  text: (reader) => reader.text(),
  bin20: (reader) => reader.bin(20),
  bin32: (reader) => reader.bin(32),
  scalar: (reader) => scalarOf(reader.bin(32)),
  positions: (reader) => records(reader, POSITION, POSITIONS_MAX),
  orders: (reader) => records(reader, OPEN_ORDER, OPEN_ORDERS_MAX),
  markets: (reader) => records(reader, MARKET, MARKETS_MAX),
};
const emitters: { [K in Kind]: (writer: Writer, value: Kinds[K], name: string) => void } = {
  u8: (writer, value, name) => writer.u8(value, name),
  u16: (writer, value, name) => writer.u16(value, name),
  u32: (writer, value, name) => writer.u32(value, name),
  u64: (writer, value, name) => writer.u64(value, name),
  i64: (writer, value, name) => writer.i64(value, name),
  bool: (writer, value, name) => writer.bool(value, name),
  text: (writer, value, name) => writer.text(value, name),
  bin20: (writer, value, name) => writer.bin(value, 20, name),
  bin32: (writer, value, name) => writer.bin(value, 32, name),
  scalar: (writer, value, name) => writer.bin(scalarBytes(value), 32, name),
  positions: (writer, value, name) => emitRecords(writer, value, POSITION, POSITIONS_MAX, name),
  orders: (writer, value, name) => emitRecords(writer, value, OPEN_ORDER, OPEN_ORDERS_MAX, name),
  markets: (writer, value, name) => emitRecords(writer, value, MARKET, MARKETS_MAX, name),
};

function scalarOf(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) + BigInt(byte);
  return value;
}

function scalarBytes(value: bigint): Uint8Array {
  if (value < 0n || value >> 256n !== 0n) throw new RangeError("a scalar has 256 bits");
  const bytes = new Uint8Array(32);
  for (let at = 31, rest = value; at >= 0; at--, rest >>= 8n) bytes[at] = Number(rest & 0xffn);
  return bytes;
}
