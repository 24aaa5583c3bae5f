import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { enclaveStatus, getJson } from "./enclave-status.ts";
import { type LoadRun, type LoadSummary, loadRun, summarise } from "./load.ts";
import { type NodeEcho, startNodeEcho } from "./node-echo-process.ts";
import type { RunProgram } from "./programs.ts";
import { ratios, type Spread, spread } from "./statistics.ts";
import type { BenchVenue } from "./venue.ts";

export interface TcpSize {
  rounds: number;
  /** Frames of a run with one in flight, with 64, with 64 of 16 commands, of the open loop, and of the durable ones. */
  frames: { single: number; window: number; batched: number; open: number; durable: number };
  /** Frames a second of the open loop. */
  rate: number;
}

/** The path a client sees, beside what the same bytes cost without a venue. */
export interface TcpReport {
  /** Durability of every acknowledgement measured, but for `tcp_venue_synced`. */
  level: string;
  /** Body of an echoed frame: the mean of the venue's request and reply, so that both move the same bytes a round trip. */
  echo_frame_bytes: number;
  cases: Record<string, LoadSummary>;
  /** Venue over echo, round by round. */
  ratios: Record<string, Spread>;
  /** The enclave's own clock, slot in to slot out, AEAD included, over its last window; after each `tcp_venue` run. */
  enclave_latency_ns: { p50: Spread; p99: Spread; p999: Spread };
}

/** One thing measured once a round. */
interface Case {
  name: string;
  run(): Promise<LoadRun>;
}

export interface TcpParts {
  run: RunProgram;
  venue: BenchVenue;
  level: "executed" | "written" | "synced";
  size: TcpSize;
  onRun: () => void;
}

/** How many runs `measureTcp` makes: for the progress bar. */
export const tcpRuns = (size: TcpSize, hasUnix: boolean) => 1 + size.rounds * (hasUnix ? 12 : 9);

export async function measureTcp(parts: TcpParts): Promise<TcpReport> {
  const folder = mkdtempSync(join(tmpdir(), "sealbook-bench-"));
  const echo = await startNodeEcho();
  try {
    const evidence = join(folder, "evidence.json");
    writeFileSync(evidence, JSON.stringify(await getJson(`${parts.venue.httpUrl}/v1/evidence`)), {
      mode: 0o600,
    });
    return await rounds(parts, echo, evidence);
  } finally {
    await echo.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function rounds(parts: TcpParts, echo: NodeEcho, evidence: string): Promise<TcpReport> {
  const { size, venue } = parts;
  const probe = await venueRun(parts, evidence, address(venue.tcp), { count: 500 });
  parts.onRun();
  const bytes = Math.round((probe.request_bytes_mean + probe.reply_bytes_mean) / 2) - 4;
  const cases = casesOf(parts, echo, evidence, bytes);
  const runs: Record<string, LoadRun[]> = Object.fromEntries(cases.map(({ name }) => [name, []]));
  const enclave: { p50: number[]; p99: number[]; p999: number[] } = { p50: [], p99: [], p999: [] };

  for (let round = 0; round < size.rounds; round++) {
    // Each round begins one further along, so that no case always follows the same neighbour.
    for (let i = 0; i < cases.length; i++) {
      const { name, run } = cases[(i + round) % cases.length]!;
      runs[name]!.push(await run());
      if (name === "tcp_venue") {
        const status = await enclaveStatus(venue.httpUrl);
        enclave.p50.push(status.latencyNsP50);
        enclave.p99.push(status.latencyNsP99);
        enclave.p999.push(status.latencyNsP999);
      }
      parts.onRun();
    }
  }

  return {
    level: parts.level,
    echo_frame_bytes: bytes,
    cases: Object.fromEntries(Object.entries(runs).map(([name, of]) => [name, summarise(of)])),
    ratios: ratiosOf(runs),
    enclave_latency_ns: { p50: spread(enclave.p50), p99: spread(enclave.p99), p999: spread(enclave.p999) },
  };
}

function casesOf(parts: TcpParts, echo: NodeEcho, evidence: string, bytes: number): Case[] {
  const { frames, rate } = parts.size;
  const tcp = address(parts.venue.tcp);
  const own = (transport: string, count: number, window: number) => async () =>
    loadRun(
      await parts.run("sealbook-load", [
        "echo",
        "--transport",
        transport,
        ...loop({ bytes, count, window }),
        "--json",
      ]),
    );
  const node = (at: string, count: number, window: number) => async () =>
    loadRun(await parts.run("sealbook-load", ["ping", at, ...loop({ bytes, count, window }), "--json"]));
  const venue = (at: string, options: Record<string, number>) => () => venueRun(parts, evidence, at, options);

  const cases: Case[] = [
    { name: "tcp_echo_rust", run: own("tcp", frames.single, 1) },
    { name: "tcp_echo_node", run: node(address(echo.tcp), frames.single, 1) },
    { name: "tcp_venue", run: venue(tcp, { count: frames.single }) },
    { name: "tcp_echo_node_window_64", run: node(address(echo.tcp), frames.window, 64) },
    { name: "tcp_venue_window_64", run: venue(tcp, { count: frames.window, window: 64 }) },
    {
      name: "tcp_venue_window_64_by_16",
      run: venue(tcp, { count: frames.batched, window: 64, "per-frame": 16 }),
    },
    { name: "tcp_venue_open_loop", run: venue(tcp, { count: frames.open, rate }) },
  ];
  const { dataDir } = parts.venue;
  const disk = ["disk", dataDir, "--bytes", "256", "--count", String(frames.durable), "--json"];
  const durable = { ...parts, level: "synced" as const };
  cases.push(
    { name: "disk_sync", run: async () => loadRun(await parts.run("sealbook-load", disk)) },
    { name: "tcp_venue_synced", run: () => venueRun(durable, evidence, tcp, { count: frames.durable }) },
  );
  if (parts.venue.unix !== undefined) {
    cases.push(
      { name: "unix_echo_rust", run: own("unix", frames.single, 1) },
      { name: "unix_echo_node", run: node(`unix:${echo.unix}`, frames.single, 1) },
      { name: "unix_venue", run: venue(`unix:${parts.venue.unix}`, { count: frames.single }) },
    );
  }
  return cases;
}

const address = ({ host, port }: { host: string; port: number }) => `${host}:${port}`;

const loop = (options: Record<string, number>) =>
  Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);

/** One run of orders through the venue, by the first of its wallets unless told. */
export async function venueRun(
  parts: Pick<TcpParts, "run" | "venue" | "level">,
  evidence: string,
  at: string,
  options: Record<string, number>,
  wallet = 0,
): Promise<LoadRun> {
  const { instrument, priceTicks } = parts.venue.market;
  const key = "SEALBOOK_BENCH_WALLET_KEY";
  const book = loop({ instrument, price: priceTicks, ...options });
  const args = [
    "venue",
    at,
    "--evidence",
    evidence,
    "--wallet-key-env",
    key,
    "--level",
    parts.level,
    ...book,
    "--json",
  ];
  const environment = { [key]: parts.venue.walletKeys[wallet] ?? "" };
  return loadRun(await parts.run("sealbook-load", args, { environment, mayRefuse: true }));
}

function ratiosOf(runs: Record<string, LoadRun[]>): Record<string, Spread> {
  const found: Record<string, Spread> = {};
  const compare = (name: string, ours: string, floor: string, of: (run: LoadRun) => number) => {
    const [a, b] = [runs[ours], runs[floor]];
    if (a && b) found[name] = ratios(a.map(of), b.map(of));
  };
  for (const transport of ["tcp", "unix"]) {
    for (const echo of ["node", "rust"]) {
      const [ours, floor] = [`${transport}_venue`, `${transport}_echo_${echo}`];
      compare(`${transport}_p50_to_${echo}_echo`, ours, floor, (run) => run.latency_ns.p50);
      compare(`${transport}_p99_to_${echo}_echo`, ours, floor, (run) => run.latency_ns.p99);
    }
  }
  compare("synced_p50_to_disk_sync", "tcp_venue_synced", "disk_sync", (run) => run.latency_ns.p50);
  compare(
    "tcp_window_64_to_node_echo",
    "tcp_venue_window_64",
    "tcp_echo_node_window_64",
    (run) => run.frames_per_s,
  );
  return found;
}
