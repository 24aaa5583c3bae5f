/** The report for people: what was driven, what the engine did, whether its book was the file's. */

import type { ReplayReport } from "./run.ts";

export function renderReport(report: ReplayReport): string {
  const { adapter, engine, comparison, rowsByType } = report;
  const of = (part: number, whole: number): string => `${count(part)} of ${count(whole)}`;
  const types = Object.entries(rowsByType).map(([type, rows]) => `type ${type} ${count(rows)}`);
  const lines: [string, string][] = [
    ["driven", report.target],
    ["rows", `${count(report.rows)} (${types.join(", ")})`],
    ["seeded orders", count(report.seedOrders)],
    [
      "commands",
      `${count(report.commands)} in ${report.seconds.toFixed(2)} s = ${count(report.commandsPerSecond)}/s`,
    ],
    ["rejects", count(engine.rejects)],
    ["trades", `${count(engine.trades)}, ${count(engine.lotsTraded)} lots`],
    ["adds that cross", count(adapter.addsCrossing)],
    ["executions at best", of(engine.executionsAtBest, engine.executions)],
    ["head hit, known order", count(engine.headsKnown)],
    ["head hit, anonymous", count(engine.headsAnonymous)],
    ["not the head", count(engine.executionsAtBest - engine.headsKnown - engine.headsAnonymous)],
    ["anonymous consumptions", count(adapter.anonymousConsumptions)],
  ];
  if (report.mode === "rows") {
    lines.push(["reveals, forgets", `${count(adapter.reveals)}, ${count(adapter.forgets)}`]);
  }
  if (report.settled) {
    lines.push([
      "batches on chain",
      `${report.settled.batches}, up to sequence ${report.settled.lastSequence}`,
    ]);
  }
  if (comparison) {
    const what = comparison.kind === "rows" ? "rows equal" : "states equal";
    lines.push([`${what}, ${report.levels} level(s)`, of(comparison.equal, comparison.compared)]);
    lines.push(["equal from the first on", count(comparison.prefixEqual)]);
    lines.push(["resynchronisations", count(comparison.resyncs + adapter.resyncs)]);
  }
  const differences = differenceLines(report);
  const table = lines.map(([name, value]) => `  ${name.padEnd(28)}${value}`);
  return [...table, ...differences, `  ${"verdict".padEnd(28)}${report.verdict}`].join("\n");
}

function differenceLines({ engine, comparison }: ReplayReport): string[] {
  const lines: string[] = [];
  if (engine.firstReject)
    lines.push(
      `  first reject: row ${engine.firstReject.row}, code ${engine.firstReject.code} (docs/wire.md)`,
    );
  const own = engine.firstBookDifference;
  if (own)
    lines.push(
      `  engine against replay, row ${own.row}:`,
      `    engine  ${own.engine}`,
      `    replay  ${own.expected}`,
    );
  const first = comparison?.firstDifference;
  if (first) {
    const place = comparison.kind === "rows" ? "row" : "state";
    lines.push(`  first difference, ${place} ${first.at} (ticks x lots, asks | bids):`);
    lines.push(`    engine  ${first.engine}`, `    file    ${first.truth}`);
  }
  return lines;
}

const count = (value: number): string => Math.round(value).toLocaleString("en-US");
