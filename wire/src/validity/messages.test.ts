import { expect, it } from "vitest";
import { ParseError } from "../error.ts";
import {
  emitValidityCommands,
  emitValidityEvents,
  parseValidityCommands,
  parseValidityEvents,
  VALIDITY_COMMANDS_MAX,
  type ValidityCommand,
  type ValidityEvent,
} from "./messages.ts";

const signature = { s: (1n << 255n) + 5n, e: 7n };
const commands: ValidityCommand[] = [
  { type: "hello", tag: 1 },
  { type: "watch", tag: 2, account: 3 },
  {
    type: "order",
    tag: 4,
    account: 1,
    id: 2n ** 30n - 1n,
    instrument: 65_535,
    isBuy: true,
    price: 2n ** 32n - 1n,
    lots: 1n,
    expiry: 2n ** 64n - 1n,
    ...signature,
  },
  { type: "cancel", tag: 5, account: 1, id: 9n, isAll: true, ...signature },
  { type: "withdraw", tag: 2 ** 32 - 1, account: 1, amount: 2n ** 56n - 1n, nonce: 1n, ...signature },
];
const events: ValidityEvent[] = [
  {
    type: "venue",
    tag: 1,
    chainId: 31_337n,
    settlement: new Uint8Array(20).fill(1),
    path: new Uint8Array(20).fill(2),
    epoch: 0n,
    domain: 2n ** 248n - 1n,
    statement: "batch8",
    level: "synced",
    batch: 3n,
    sequence: 17n,
    proven: 16n,
    markets: [{ instrument: 1, symbol: "BTC-PERP", tickValue: 500n, mark: 60_000_000n, index: 60_000_000n }],
  },
  { type: "accepted", tag: 1, sequence: 5n, account: 1, id: 2n, filled: 3n },
  { type: "refused", tag: 0, code: 610, detail: 2n ** 64n - 1n },
  {
    type: "fill",
    sequence: 5n,
    account: 1,
    id: 2n,
    instrument: 1,
    isBuy: false,
    price: 9n,
    lots: 3n,
    isMaker: true,
  },
  { type: "closed", sequence: 5n, account: 1, id: 2n, left: 1n, reason: 4 },
  { type: "proven", batch: 1n, sequence: 5n, stateRoot: 7n, transaction: new Uint8Array(32).fill(3) },
  {
    type: "account",
    tag: 1,
    account: 1,
    collateral: -5n,
    nonce: 1n,
    lastId: 2n,
    positions: [{ instrument: 1, size: -3n, cost: -150n }],
    orders: [{ id: 2n, instrument: 1, isBuy: true, price: 9n, lots: 1n }],
  },
  { type: "undone", sequence: 5n, account: 1, id: 2n, isVoid: true },
];
const reject = (parse: () => unknown): string => {
  try {
    parse();
  } catch (error) {
    if (error instanceof ParseError) return error.reject;
    throw error;
  }
  return "none";
};

it("says the same after as before", () => {
  expect(parseValidityCommands(emitValidityCommands(commands))).toEqual(commands);
  expect(parseValidityEvents(emitValidityEvents(events))).toEqual(events);
});

it("refuses what is cut, longer, sealed, unknown or of another arity", () => {
  const body = emitValidityCommands(commands);
  for (let length = 0; length < body.length; length++)
    expect(
      reject(() => parseValidityCommands(body.subarray(0, length))),
      `${length} bytes`,
    ).toBe("BAD_FRAME");
  expect(reject(() => parseValidityCommands(Buffer.concat([body, Buffer.of(0)])))).toBe("BAD_FRAME");
  const sealed = body.slice();
  sealed[3] = 1;
  expect(reject(() => parseValidityCommands(sealed))).toBe("UNKNOWN_OP");
  expect(reject(() => parseValidityCommands(emitValidityEvents(events)))).toBe("UNKNOWN_OP");
  const hello = emitValidityCommands([commands[0]!]);
  expect([...hello.subarray(16)]).toEqual([0x91, 0x92, 0xcc, 208, 1]);
  const longer = Buffer.concat([hello.subarray(0, 17), Buffer.of(0x93, 0xcc, 208, 1, 1)]);
  expect(reject(() => parseValidityCommands(longer))).toBe("BAD_FRAME");
  const wide = Buffer.concat([hello.subarray(0, 20), Buffer.of(0xcd, 0, 1)]);
  expect(
    reject(() => parseValidityCommands(wide)),
    "not in shortest form",
  ).toBe("BAD_FRAME");
});

it("has a bound on everything that is a list", () => {
  const many = new Array<ValidityCommand>(VALIDITY_COMMANDS_MAX + 1).fill(commands[0]!);
  expect(() => emitValidityCommands(many)).toThrow("OUT_OF_RANGE");
  const head = emitValidityCommands([commands[0]!]);
  const messages = Buffer.concat(many.map(() => Buffer.from(head.subarray(17))));
  const body = Buffer.concat([new Uint8Array(16), Buffer.of(0xdc, 0, many.length), messages]);
  expect(reject(() => parseValidityCommands(body))).toBe("BAD_FRAME");
});
