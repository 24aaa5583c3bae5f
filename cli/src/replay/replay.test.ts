import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { replay, replayFiles } from "./command.ts";
import { EngineTarget, simLibraryPath } from "./engine-only.ts";
import { FlowError, readBook, readFlow } from "./lobster.ts";
import { NaiveTarget } from "./naive.ts";
import { chooseScale } from "./scale.ts";
import { syntheticFlow } from "./synthetic.ts";
import type { Outcome, ReplayMarket, ReplayTarget } from "./target.ts";

const folder = mkdtempSync(join(tmpdir(), "sealbook-replay-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
function file(text: string | Uint8Array): string {
  const path = join(folder, `SYN_2026-01-01_${files++}.csv`);
  writeFileSync(path, text);
  return path;
}

const targets: [string, boolean, () => ReplayTarget][] = [
  ["naive book", true, () => new NaiveTarget()],
  ["Rust engine", existsSync(simLibraryPath()), () => new EngineTarget()],
];
const lobster = new URL("../../../../shared/data/orderflow/lobster-aapl-2012-06-21/", import.meta.url)
  .pathname;
const aapl = (name: string): string => join(lobster, `AAPL_2012-06-21_34200000_${name}.csv.gz`);

describe.each(targets)("replay through the %s", (_name, isBuilt, open) => {
  const options = { isEngineOnly: true, isJson: false };

  for (const levels of [1, 5, 20]) {
    for (const isWindowed of [true, false]) {
      const what = isWindowed ? "events of the window" : "every event";
      it.skipIf(!isBuilt)(
        `a random flow of another symbol, ${levels} levels, ${what}: no row differs`,
        async () => {
          const { messages, book } = syntheticFlow({
            seed: 7n,
            rows: 1500,
            levels,
            mid: 1_234_500,
            tick: 50,
            isWindowed,
          });
          const report = await replayFiles({
            ...options,
            flowFile: file(gzipSync(messages)),
            bookFile: file(book),
            target: open(),
          });
          expect(report.verdict).toBe("equal");
          expect(report.comparison).toMatchObject({ kind: "rows", compared: 1500, equal: 1500 });
          expect(report.engine).toMatchObject({ rejects: 0, bookDifferences: 0 });
          expect(report.engine.executions).toBeGreaterThan(20);
          expect(report.engine.executionsAtBest).toBe(report.engine.executions);
          expect(report.adapter.resyncs).toBe(0);
          expect(report.scale.tick).toBe(50);
        },
      );
    }
  }

  it.skipIf(!isBuilt || !existsSync(lobster))("check A: AAPL, ten levels, row by row", async () => {
    const report = await replayFiles({
      ...options,
      flowFile: aapl("57600000_message_10.first999"),
      bookFile: aapl("57600000_orderbook_10.first999"),
      target: open(),
    });
    expect(report.comparison).toMatchObject({ kind: "rows", compared: 999, equal: 999 });
    expect(report.engine).toMatchObject({
      rejects: 0,
      executions: 98,
      executionsAtBest: 98,
      headsKnown: 90,
      headsAnonymous: 8,
    });
    expect(report.adapter).toMatchObject({
      reveals: 318,
      forgets: 328,
      anonymousConsumptions: 16,
      resyncs: 0,
    });
    expect(report.verdict).toBe("equal");
  });

  it.skipIf(!isBuilt || !existsSync(lobster))("check B: AAPL, one hour, best bid and offer", async () => {
    const report = await replayFiles({
      ...options,
      flowFile: aapl("37800000_message_50"),
      bookFile: aapl("57600000_orderbook_1"),
      target: open(),
    });
    expect(report.adapter.addsCrossing).toBe(0);
    expect(report.engine).toMatchObject({
      rejects: 0,
      bookDifferences: 0,
      executions: 4067,
      executionsAtBest: 4067,
    });
    expect(report.engine.headsKnown + report.engine.headsAnonymous).toBe(4043);
    expect(report.comparison).toMatchObject({
      kind: "states",
      compared: 23_439,
      equal: 23_414,
      prefixEqual: 15_999,
      resyncs: 3,
    });
    expect(report.verdict).toBe("equal but for the file's gaps");
  });
});

/** A book that loses the last lot of every seventh order: what a replay must notice. */
class FaultyTarget extends NaiveTarget {
  #places = 0;
  override async open(market: ReplayMarket, onOutcome: (outcome: Outcome) => void): Promise<void> {
    await super.open(market, (outcome) => {
      const levels = outcome.levels.map((level) =>
        ++this.#places % 7 === 0 ? { ...level, lots: level.lots + 1 } : level,
      );
      onOutcome({ ...outcome, levels });
    });
  }
}

describe("exit codes", () => {
  const { messages, book } = syntheticFlow({
    seed: 3n,
    rows: 400,
    levels: 5,
    mid: 500_000,
    tick: 100,
    isWindowed: true,
  });
  const run = async (flow: string, target: ReplayTarget, bookText?: string): Promise<[number, string]> => {
    let printed = "";
    const code = await replay({
      flowFile: flow,
      ...(bookText === undefined ? {} : { bookFile: file(bookText) }),
      isEngineOnly: true,
      isJson: true,
      target,
      print: (text) => {
        printed += text;
      },
    });
    return [code, printed];
  };

  it("0 and JSON when equal, with and without a book", async () => {
    const [code, printed] = await run(file(messages), new NaiveTarget(), book);
    expect(code).toBe(0);
    expect(JSON.parse(printed)).toMatchObject({ verdict: "equal", mode: "rows", levels: 5, rows: 400 });
    const [bare, report] = await run(file(messages), new NaiveTarget());
    expect(bare).toBe(0);
    expect(JSON.parse(report)).toMatchObject({ mode: "none" });
  });

  it("1 when the engine's book differs, and when the file's does", async () => {
    expect((await run(file(messages), new FaultyTarget(), book))[0]).toBe(1);
    const rows = book.split("\n");
    rows[200] = rows[200]!.replace(/^(\d+),(\d+)/, (_, price, size) => `${price},${Number(size) + 1}`);
    const [code, printed] = await run(file(messages), new NaiveTarget(), rows.join("\n"));
    expect(code).toBe(1);
    const report = JSON.parse(printed);
    expect(report.comparison.firstDifference.at).toBe(201);
    expect(report.comparison.equal).toBeGreaterThanOrEqual(395);
  });

  it("2 for a file that cannot be replayed", async () => {
    expect((await run(join(folder, "absent.csv"), new NaiveTarget()))[0]).toBe(2);
  });
});

describe("files", () => {
  const good = "34200.1,1,7,100,5853300,1";
  const cases: [string, string, string][] = [
    ["FLOW_COLUMNS", `${good}\n34200.2,1,8,100,5853300`, ":2"],
    ["FLOW_NUMBER", `${good}\n34200.2,1,8,1e2,5853300,1`, ":2"],
    ["FLOW_NUMBER", `${good}\n34200.2,1,8,0,5853300,1`, ":2"],
    ["FLOW_NUMBER", "x.1,1,8,10,5853300,1\n".replace("x", "1x"), ":1"],
    ["FLOW_TYPE", `${good}\n34200.2,9,8,10,5853300,1`, ":2"],
    ["FLOW_TYPE", `${good}\n34200.2,1,8,10,5853300,0`, ":2"],
    ["FLOW_TIME", `${good}\n34200.05,1,8,10,5853300,1`, ":2"],
    ["FLOW_EMPTY", "", ""],
  ];
  it.each(cases)("%s names file and row", (code, text, place) => {
    const path = file(text);
    expect(() => readFlow(path)).toThrow(expect.objectContaining({ code }));
    expect(() => readFlow(path)).toThrow(`${path}${place}: `);
  });

  it("reads a header, CRLF, a missing last newline and a truncated gzip", () => {
    const rows = readFlow(file(`time,type,order_id,size,price,direction\r\n${good}\r\n${good}`));
    expect(rows).toHaveLength(2);
    expect(rows[0]).toEqual({ row: 1, type: 1, orderId: 7, size: 100, price: 5_853_300, side: "buy" });
    const torn = gzipSync(good.repeat(100)).subarray(0, 30);
    expect(() => readFlow(file(torn))).toThrow(expect.objectContaining({ code: "FLOW_BAD_GZIP" }));
  });

  it("reads books of any depth, drops empty levels, refuses crossed and unordered ones", () => {
    const book = readBook(file("5859400,200,5853300,18,9999999999,0,-9999999999,0"));
    expect(book).toEqual({
      levels: 2,
      rows: [{ asks: [{ price: 5_859_400, size: 200 }], bids: [{ price: 5_853_300, size: 18 }] }],
    });
    const refused = (text: string, code: string): void =>
      expect(() => readBook(file(text))).toThrow(expect.objectContaining({ code }));
    refused("100,1,100,1", "FLOW_CROSSED");
    refused("300,1,100,1,200,1,90,1", "FLOW_NUMBER");
    refused("300,1,100", "FLOW_COLUMNS");
  });

  it("chooses tick and offset from the data, and says when a market is too narrow", () => {
    const flow = readFlow(file("1,1,1,5,90000000,1\n2,1,2,7,90002500,-1"));
    expect(chooseScale("f", flow, [])).toMatchObject({
      tick: 2500,
      offsetTicks: 0,
      priceTicksMax: 36_001,
      lotsMax: 7,
    });
    expect(chooseScale("f", flow, [], 100)).toMatchObject({ offsetTicks: 35_901, priceTicksMax: 100 });
    expect(() => chooseScale("f", flow, [], 1)).toThrow(FlowError);
  });
});
