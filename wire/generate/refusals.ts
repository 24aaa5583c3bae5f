/**
 * What is refused and why: FAULTS.md B15–B27, as bytes put together by hand, never by the codec. The reject of each case is
 * stated here; the offset is recorded from the TypeScript codec and held by both.
 */
import { ParseError } from "../src/error.ts";
import { decodeFrame } from "../src/frame.ts";
import { decodeSystemCommand } from "../src/generated/system-commands.ts";
import { toHex } from "../src/header.ts";

export interface RejectCase {
  name: string;
  /** The row of FAULTS.md. */
  fault: string;
  /** What the bytes are offered as. */
  entry: "frame" | "system-command";
  hex: string;
  reject: string;
  offset: number;
}

/** `[[1, nil, 1, 0, 0, 0, 100, 5, false, false]]`, a place without a client id, one string a token. */
const PLACE = ["91", "9a", "01", "c0", "01", "00", "00", "00", "64", "05", "c2", "c2"];
const CANCEL = ["91", "92", "03", "07"];
const WITHDRAW = ["91", "93", "06", "01", "05"];

const LENGTHLESS = ["dbffffffff", "c6ffffffff", "ddffffffff", "c9ffffffff01", "dfffffffff"];

export function rejectVectors(): RejectCase[] {
  const cases: RejectCase[] = [];
  const add = (
    fault: string,
    name: string,
    reject: string,
    tokens: string[],
    entry: RejectCase["entry"] = "frame",
  ) => {
    const hex = tokens.join("");
    cases.push({ name, fault, entry, hex: `0x${hex}`, reject, offset: judge(entry, hex, reject, name) });
  };
  const put = (tokens: string[], at: number, token: string) =>
    tokens.map((old, index) => (index === at ? token : old));

  const whole = withId("order-1", 5).join("");
  for (let cut = 0; cut < whole.length; cut += 2)
    add("B15", `cut to ${cut / 2} bytes`, "BAD_FRAME", [whole.slice(0, cut)]);
  add("B15", "no commands", "BAD_FRAME", ["90"]);
  add("B15", "65 commands", "BAD_FRAME", ["dc0041", "9107".repeat(65)]);
  add("B15", "an empty command", "BAD_FRAME", ["91", "90"]);
  add("B16", "a byte behind the frame", "BAD_FRAME", [...CANCEL, "00"]);
  add("B16", "a second frame behind the frame", "BAD_FRAME", [...CANCEL, ...CANCEL]);
  for (const token of LENGTHLESS)
    add("B17", `length 2^32 - 1 behind ${token.slice(0, 2)}, in a field`, "BAD_FRAME", put(PLACE, 3, token));
  for (const token of LENGTHLESS)
    add("B17", `length 2^32 - 1 behind ${token.slice(0, 2)}, as the frame`, "BAD_FRAME", [token]);
  add("B17", "length 2^32 - 1 as the command", "BAD_FRAME", ["91", "ddffffffff", "01"]);
  add("B18", "5,000 arrays deep", "BAD_FRAME", ["91".repeat(5000), "01"]);
  add("B18", "5 arrays deep", "BAD_FRAME", ["91", "92", "03", "919191", "01"]);
  add("B18", "4 arrays deep where an integer belongs", "BAD_TYPE", ["91", "92", "03", "9191", "01"]);
  for (const token of [
    "d400",
    "d50000",
    "d6ff00000000",
    "d7ff0000000000000000",
    `d801${"00".repeat(16)}`,
    "c7000a",
    "c80001ff00",
    "c90000000101ff",
    "d47240",
  ]) {
    add("B19", `extension ${token.slice(0, 4)} in a field`, "BAD_FRAME", put(PLACE, 4, token));
  }
  add("B20", "0xC1 as the frame", "BAD_FRAME", ["c1"]);
  add("B20", "0xC1 in a field", "BAD_FRAME", put(PLACE, 6, "c1"));
  for (const token of ["80", "81a161a162", "8100c0", "de0000", "df00000000", "81a95f5f70726f746f5f5f01"]) {
    add("B21", `map ${token.slice(0, 8)}`, "BAD_FRAME", put(PLACE, 3, token));
  }
  for (const token of [
    "cc05",
    "cc7f",
    "cd0005",
    "cd00ff",
    "ce00000005",
    "ce0000ffff",
    "cf0000000000000005",
    "cf00000000ffffffff",
  ]) {
    add("B22", `5 lots written ${token}`, "BAD_FRAME", put(PLACE, 9, token));
  }
  for (const token of [
    "d005",
    "d00005",
    "d10005",
    "d200000005",
    "d30000000000000005",
    "d0ff",
    "d0e0",
    "d1ff80",
    "d2ffff8000",
    "d3ffffffff80000000",
  ]) {
    add("B22", `signed form ${token} in an unsigned field`, "BAD_FRAME", put(PLACE, 9, token));
  }
  add("B22", "array header longer than needed", "BAD_FRAME", ["dc0001", ...PLACE.slice(1)]);
  add("B22", "array header twice as long as needed", "BAD_FRAME", ["dd00000001", ...PLACE.slice(1)]);
  add("B22", "command header longer than needed", "BAD_FRAME", put(CANCEL, 1, "dc0002"));
  for (const token of ["d90161", "da000161", "db0000000161"])
    add("B22", `string header ${token}`, "BAD_FRAME", put(PLACE, 3, token));
  for (const [name, token] of [
    ["1.0", "ca3f800000"],
    ["5.0 wide", "cb4014000000000000"],
    ["NaN", "ca7fc00000"],
    ["NaN wide", "cb7ff8000000000000"],
    ["infinity", "cb7ff0000000000000"],
    ["-infinity", "caff800000"],
    ["-0", "ca80000000"],
  ]) {
    add("B23", `float ${name} lots`, "BAD_TYPE", put(PLACE, 9, token!));
    add("B23", `float ${name} as the code`, "BAD_TYPE", put(PLACE, 2, token!));
  }
  add("B23", "a float before a hole", "BAD_FRAME", [
    "91",
    "9a",
    "01",
    "c0",
    "01",
    "00",
    "00",
    "00",
    "64",
    "ca40a00000",
    "c2",
  ]);
  for (const token of [
    "ff",
    "e0",
    "d0df",
    "d1ff7f",
    "d2ffff7fff",
    "d3ffffffff7fffffff",
    "d38000000000000000",
  ]) {
    add("B24", `negative lots ${token}`, "OUT_OF_RANGE", put(PLACE, 9, token));
  }
  for (const token of [
    "cf0000000100000000",
    "cf7fffffffffffffff",
    "cf8000000000000000",
    "cfffffffffffffffff",
  ]) {
    add("B24", `lots ${token}`, "OUT_OF_RANGE", put(PLACE, 9, token));
  }
  add("B24", "instrument 65,536", "OUT_OF_RANGE", put(PLACE, 4, "ce00010000"));
  add("B24", "side 2", "OUT_OF_RANGE", put(PLACE, 5, "02"));
  add("B24", "time in force 255", "OUT_OF_RANGE", put(PLACE, 7, "ccff"));
  add("B24", "withdrawal of -1", "OUT_OF_RANGE", put(WITHDRAW, 4, "ff"));
  add(
    "B24",
    "a price of 2^63 in a signed field",
    "OUT_OF_RANGE",
    ["95", "42", "01", "01", "91", "92", "01", "cf8000000000000000", "90"],
    "system-command",
  );
  for (const [name, token] of STRINGS) {
    add("B25", `client id ${name}`, "BAD_STRING", put(PLACE, 3, token));
    add("B25", `cancel by client id ${name}`, "BAD_STRING", put(CANCEL, 3, token));
  }
  add("B26", "place with a field missing", "BAD_FRAME", ["91", "99", ...PLACE.slice(2, -1)]);
  add("B26", "cancel without its order", "BAD_FRAME", ["91", "91", "03"]);
  for (const [name, token] of [
    ["nil", "c0"],
    ["true", "c3"],
    ["a string", "a135"],
    ["bytes", "c40135"],
    ["an array", "90"],
  ]) {
    add("B26", `${name} for lots`, "BAD_TYPE", put(PLACE, 9, token!));
  }
  add("B26", "an integer for a bool", "BAD_TYPE", put(PLACE, 10, "01"));
  add("B26", "an integer for a client id", "BAD_TYPE", put(PLACE, 3, "05"));
  add("B26", "bytes for a client id", "BAD_TYPE", put(PLACE, 3, "c40161"));
  add("B26", "nil for an order", "BAD_TYPE", put(CANCEL, 3, "c0"));
  add("B26", "an integer for the frame", "BAD_TYPE", ["05"]);
  add("B26", "an integer for a command", "BAD_TYPE", ["91", "05"]);
  add("B26", "a string for the code", "BAD_TYPE", ["91", "92", "a161", "05"]);
  add("B26", "19 bytes for an address", "BAD_TYPE", inbox("c413".concat("11".repeat(19))), "system-command");
  add("B26", "21 bytes for an address", "BAD_TYPE", inbox("c415".concat("11".repeat(21))), "system-command");
  add(
    "B26",
    "a wide header for an address",
    "BAD_FRAME",
    inbox("c50014".concat("11".repeat(20))),
    "system-command",
  );
  add("B26", "code 0", "UNKNOWN_OP", put(CANCEL, 2, "00"));
  add("B26", "code 62", "UNKNOWN_OP", put(CANCEL, 2, "3e"));
  add("B26", "a system command in a session", "UNKNOWN_OP", ["91", "91", "41"]);
  add("B26", "an event in a session", "UNKNOWN_OP", ["91", "93", "cc88", "00", "00"]);
  add("B26", "code 2^32 - 1", "UNKNOWN_OP", put(CANCEL, 2, "ceffffffff"));
  add("B26", "code 2^32", "OUT_OF_RANGE", put(CANCEL, 2, "cf0000000100000000"));
  add("B26", "the second of two commands unknown", "UNKNOWN_OP", ["92", "92", "07", "01", "92", "3f", "01"]);
  add("B26", "a session command from the system", "UNKNOWN_OP", ["92", "03", "07"], "system-command");
  add("B26", "no instrument to list", "BAD_FRAME", ["92", "40", "90"], "system-command");
  add(
    "B26",
    "65 oracle prices",
    "BAD_FRAME",
    ["95", "42", "01", "01", "dc0041", "920101".repeat(65), "90"],
    "system-command",
  );
  add("B27", "a field more than place has", "BAD_FRAME", ["91", "9b", ...PLACE.slice(2), "01"]);
  add("B27", "a field more than ping has", "BAD_FRAME", ["91", "93", "07", "01", "01"]);
  return cases;
}

function withId(id: string, lots: number): string[] {
  const bytes = [...new TextEncoder().encode(id)].map((byte) => byte.toString(16).padStart(2, "0"));
  return [
    "91",
    "9a",
    "01",
    (0xa0 | id.length).toString(16),
    ...bytes,
    "01",
    "00",
    "00",
    "00",
    "cd0400",
    lots.toString(16).padStart(2, "0"),
    "c2",
    "c3",
  ];
}

const inbox = (owner: string) => ["98", "43", "00", "01", owner, "00", "05", `c420${"00".repeat(32)}`, "01"];

const STRINGS: [string, string][] = [
  ["empty", "a0"],
  ["of 37 characters", `d925${"61".repeat(37)}`],
  ["of 300 characters", `da012c${"61".repeat(300)}`],
  ["with a space", "a3612062"],
  ["with a NUL", "a3610062"],
  ["with a newline", "a26162".replace("62", "0a")],
  ["with a slash", "a3612f62"],
  ["of invalid UTF-8", "a2c328"],
  ["with a lone surrogate", "a3eda080"],
  ["with an overlong slash", "a2c0af"],
  ["with a bidi mark", "a461e280ae"],
  ["with an accent", "a2c3a9"],
  ["with DEL", "a2617f"],
];

/** The offset at which the codec refuses; throws unless it refuses for the stated reason. */
function judge(entry: RejectCase["entry"], hex: string, reject: string, name: string): number {
  const bytes = Uint8Array.from(Buffer.from(hex, "hex"));
  if (bytes.length !== hex.length / 2) throw new Error(`vectors: ${name} is not hex`);
  try {
    if (entry === "frame") decodeFrame(bytes);
    else decodeSystemCommand(bytes);
  } catch (error) {
    if (!(error instanceof ParseError) || error.reject !== reject)
      throw new Error(`vectors: ${name} (${toHex(bytes)}): ${error}, not ${reject}`);
    return error.offset;
  }
  throw new Error(`vectors: ${name} was accepted`);
}
