import type { EngineReport } from "./engine.ts";
import { duration, histogram } from "./histogram.ts";
import type { LoadSummary } from "./load.ts";
import type { BenchReport } from "./report.ts";
import type { Percentiles } from "./ring.ts";

/** The report for people: one screen a part, the floor always beside the figure. */
export function renderReport(report: BenchReport): string {
  const lines = [machineLine(report), ""];
  if (report.engine) lines.push(...engineLines(report.engine), "");
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
  const line = (name: string, of: (engine: EngineReport) => string) => row([name, ...engines.map(of)]);
  const digest = ({ digest, is_digest_right }: EngineReport) =>
    is_digest_right ? "right" : `WRONG ${digest}`;
  return [
    `Engine alone, seed ${engines[0]?.seed}, ${count(engines[0]?.commands ?? 0)} commands, one thread, medians of the rounds`,
    row(["", ...head]),
    line("ns a command", ({ ns_per_command }) => fixed(ns_per_command.median)),
    line("  over the rounds", ({ ns_per_command: { min, max } }) => `${fixed(min)}–${fixed(max)}`),
    line("bare book, same script", ({ floor_ns_per_command }) => fixed(floor_ns_per_command.median)),
    line("ratio", ({ ratio_to_floor }) => `${fixed(ratio_to_floor.median)}×`),
    line("commands/s", ({ commands_per_s }) => count(commands_per_s.median)),
    line("p50, ns", ({ latency_ns }) => fixed(latency_ns.p50)),
    line("p99, ns", ({ latency_ns }) => fixed(latency_ns.p99)),
    line("p99.9, ns", ({ latency_ns }) => fixed(latency_ns.p999)),
    line("trade digest", digest),
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
  `  ${(first ?? "").padEnd(30)}${rest.map((cell) => cell.padStart(14)).join("")}`;
const words = (name: string) => name.replaceAll("_", " ");
const fixed = (value: number) => (value >= 100 ? count(value) : value.toFixed(2));
const count = (value: number) =>
  value.toLocaleString("en-US", { maximumFractionDigits: value < 1000 && !Number.isInteger(value) ? 2 : 0 });
