import { commandKinds, type EngineReport, type LatencyNs } from "./engine.ts";
import { duration, histogram } from "./histogram.ts";
import type { LoadSummary } from "./load.ts";
import type { BenchReport } from "./report.ts";
import type { Percentiles } from "./ring.ts";

/** The report for people: one screen a part, the floor always beside the figure. */
export function renderReport(report: BenchReport): string {
  const lines = [machineLine(report), ""];
  if (report.engine) lines.push(...engineLines(report.engine), "");
  if (report.shapes) lines.push(...shapeLines(report.shapes), "");
  if (report.risk) lines.push(...riskLines(report.risk), "");
  if (report.memory) lines.push(...memoryLines(report.memory), "");
  if (report.ring) lines.push(...ringLines(report.ring), "");
  if (report.tcp) lines.push(...tcpLines(report.tcp), "");
  if (report.batch) lines.push(...batchLines(report.batch), "");
  if (report.aims.length > 0) lines.push(...aimLines(report), "");
  for (const { part, reason } of report.invalid) lines.push(`INVALID  ${part}: ${reason}`);
  for (const { part, reason } of report.problems) lines.push(`FAILED   ${part}: ${reason}`);
  return lines.join("\n").trimEnd();
}

function machineLine({ machine, rounds, is_quick }: BenchReport): string {
  const load = `load ${machine.load_before.toFixed(1)} → ${machine.load_after.toFixed(1)}`;
  const size = `${rounds} rounds${is_quick ? ", quick: for a look, not for the record" : ""}`;
  // Two of our own threads spin; what was there before them competes for the same cores.
  const isBusy = machine.load_before > machine.cores / 2;
  const warning = isBusy
    ? "\nBUSY MACHINE: others were running; percentiles above the median are largely theirs"
    : "";
  return `${machine.cpu_model}, ${machine.cores} cores, ${machine.os}, Node ${machine.node}; ${load}; ${size}${warning}`;
}

function engineLines(engines: NonNullable<BenchReport["engine"]>): string[] {
  const head = engines.map(({ workload }) => workload);
  const line = (name: string, of: (engine: EngineReport) => string) => wide([name, ...engines.map(of)]);
  const digest = ({ digest, is_digest_right }: EngineReport) =>
    is_digest_right ? digest : `WRONG ${digest}`;
  const percentiles = (name: string, of: (engine: EngineReport) => LatencyNs) =>
    line(name, (engine) => {
      const { samples, p50, p99, p999, p9999 } = of(engine);
      return samples === 0 ? "-" : [p50, p99, p999, p9999].map((ns) => ns.toFixed(0)).join(" / ");
    });
  return [
    `Engine alone, seed ${engines[0]?.seed}, one thread, all features and margin on, medians of the rounds`,
    wide(["", ...head]),
    line("commands", ({ commands }) => count(commands)),
    line("ns a command", ({ ns_per_command }) => fixed(ns_per_command.median)),
    line("  over the rounds", ({ ns_per_command: { min, max } }) => `${fixed(min)}–${fixed(max)}`),
    line("  with what others took", ({ ns_per_command_mean }) => fixed(ns_per_command_mean.median)),
    line("priced floor", ({ priced_floor_ns_per_command }) => fixed(priced_floor_ns_per_command.median)),
    line("  ratio", ({ ratio_to_priced_floor }) => `${fixed(ratio_to_priced_floor.median)}×`),
    line("bare book", ({ floor_ns_per_command }) => fixed(floor_ns_per_command.median)),
    line("  ratio", ({ ratio_to_floor }) => `${fixed(ratio_to_floor.median)}×`),
    line("commands/s", ({ commands_per_s }) => count(commands_per_s.median)),
    line("ns a fill of an IOC", ({ ns_per_fill }) => fixed(ns_per_fill.median)),
    "  p50 / p99 / p99.9 / p99.99, ns",
    percentiles("all", ({ latency_ns }) => latency_ns),
    ...commandKinds.map((kind) => percentiles(`  ${words(kind)}`, ({ latency_ns }) => latency_ns[kind])),
    percentiles("priced floor", ({ priced_floor_latency_ns }) => priced_floor_latency_ns),
    percentiles("bare book", ({ floor_latency_ns }) => floor_latency_ns),
    line("heap allocations", ({ allocations }) => count(allocations)),
    line("trades", ({ trades }) => count(trades)),
    line("volume, lots", ({ volume }) => count(volume)),
    line("resting at the end", ({ resting }) => count(resting)),
    line("trade digest", digest),
  ];
}

function shapeLines(shapes: NonNullable<BenchReport["shapes"]>): string[] {
  return [
    "Awkward markets beside W1 of the same rounds",
    row(["", "commands", "trades", "ns a command", "to W1"]),
    ...shapes.map(({ shape, commands, trades, ns_per_command, ratio_to_w1, is_right }) =>
      row([
        is_right ? shape : `${shape} (WRONG)`,
        count(commands),
        count(trades),
        fixed(ns_per_command.median),
        `${fixed(ratio_to_w1.median)}×`,
      ]),
    ),
  ];
}

function riskLines(risk: NonNullable<BenchReport["risk"]>): string[] {
  const time = (us: { median: number }) => duration(us.median * 1000);
  return [
    `An oracle round: ${count(risk.accounts)} accounts × ${risk.legs} options × ${risk.scenarios} scenarios, ${risk.options} options listed`,
    row(["scenario vectors, once", time(risk.pricing_us)]),
    row(["dot products, all accounts", time(risk.accounts_us)]),
    row(["together", time(risk.round_us)]),
    `  Sweep of ${count(risk.sweep_accounts)} accounts with perpetuals`,
    row(["by distance to liquidation", time(risk.sweep_index_us)]),
    row(["all of them", time(risk.sweep_all_us)]),
  ];
}

function memoryLines(memory: NonNullable<BenchReport["memory"]>): string[] {
  const mib = (bytes: number) => `${count(Math.round(bytes / 2 ** 20))} MiB`;
  return [
    "Memory the process really holds",
    row(["", "empty", "full", "bytes each"]),
    row([
      `${count(memory.orders)} resting orders`,
      mib(memory.rss_orders_empty_bytes),
      mib(memory.rss_orders_bytes),
      count(memory.bytes_per_order),
    ]),
    row([
      `${count(memory.accounts)} accounts`,
      mib(memory.rss_accounts_empty_bytes),
      mib(memory.rss_accounts_bytes),
      count(memory.bytes_per_account),
    ]),
  ];
}

function ringLines(ring: NonNullable<BenchReport["ring"]>): string[] {
  const line = (name: string, { p50, p99, p999 }: Percentiles) =>
    row([name, ...[p50, p99, p999].map(({ median }) => duration(median))]);
  return [
    "Ring → enclave → ring, both sides spinning, medians of the rounds",
    row(["", "p50", "p99", "p99.9"]),
    line("ring floor", ring.floor_ns),
    line("with AEAD, engine, receipt", ring.aead_ns),
    `  p50 over the floor: ${duration(ring.aead_over_floor_ns.median)}`,
  ];
}

function tcpLines(tcp: NonNullable<BenchReport["tcp"]>): string[] {
  const lines = [
    `Round trips seen by a client, ${tcp.level} acknowledgements, echoes of ${tcp.echo_frame_bytes} bytes, medians of the rounds`,
    row(["", "p50", "p99", "p99.9", "commands/s"]),
  ];
  for (const [name, summary] of Object.entries(tcp.cases)) lines.push(caseLine(name, summary));
  const inside = tcp.enclave_latency_ns;
  const within = [inside.p50, inside.p99, inside.p999].map(({ median }) => duration(median));
  lines.push(row(["inside the enclave", ...within]), "", "  Ratio of medians to the floor of the same round");
  for (const [name, { median, min, max }] of Object.entries(tcp.ratios)) {
    lines.push(row([words(name), `${fixed(median)}×`, `${fixed(min)}–${fixed(max)}`]));
  }
  lines.push("", "  Shapes (four bars an octave, heights logarithmic)");
  for (const [name, summary] of Object.entries(tcp.cases)) {
    lines.push(`  ${words(name).padEnd(28)} ${histogram(summary.latency_ns_buckets)}`);
  }
  return lines;
}

function caseLine(name: string, summary: LoadSummary): string {
  const { latency_ns_p50, latency_ns_p99, latency_ns_p999, commands_per_s } = summary;
  const times = [latency_ns_p50, latency_ns_p99, latency_ns_p999].map(({ median }) => duration(median));
  return row([words(name), ...times, count(commands_per_s.median)]);
}

function batchLines(batch: NonNullable<BenchReport["batch"]>): string[] {
  return [
    "Batches: closed off the matching thread, accepted on chain",
    row(["commands", "accounts", "close", "gas", "gas a command"]),
    ...batch.batches.map((one) =>
      row([
        count(one.commands),
        count(one.accounts),
        duration(one.batch_close_us * 1000),
        count(one.gas_used),
        fixed(one.gas_used / one.commands),
      ]),
    ),
  ];
}

function aimLines({ aims }: BenchReport): string[] {
  return [
    "Aims (ratio below 1 is met with room; figures of this machine, this run)",
    ...aims.map(({ is_met, bar, ratio, says, actual, limit }) => {
      const verdict = is_met ? "met    " : "not met";
      return `  ${verdict} ${bar}  ${fixed(ratio).padStart(6)}  ${says}: ${fixed(actual)} against ${fixed(limit)}`;
    }),
  ];
}

const row = ([first, ...rest]: string[]) =>
  `  ${(first ?? "").padEnd(30)}${rest.map((cell) => ` ${cell}`.padStart(14)).join("")}`;
/** As `row`, for four percentiles a cell. */
const wide = ([first, ...rest]: string[]) =>
  `  ${(first ?? "").padEnd(24)}${rest.map((cell) => ` ${cell}`.padStart(28)).join("")}`;
const words = (name: string) => name.replaceAll("_", " ");
const fixed = (value: number) => (value >= 100 ? count(value) : value.toFixed(2));
const count = (value: number) =>
  value.toLocaleString("en-US", { maximumFractionDigits: value < 1000 && !Number.isInteger(value) ? 2 : 0 });
