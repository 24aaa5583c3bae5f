/**
 * `sealbook bench peers --peers FOLDER`: the engine beside two open matching engines on the same scripts, round by round. FOLDER holds
 * checkouts named `liquibook`, `CppTrader` and `CppCommon`; none is part of sealbook. A peer does less: no margin, fees, events or accounts.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { DependencyError, exit, UsageError } from "../errors.ts";
import { progressBar } from "../progress.ts";
import {
  type EngineCase,
  type EngineReport,
  measureEngine,
  SEED,
  workloadCase,
  workloads,
} from "./engine.ts";
import { Fields } from "./fields.ts";
import { flowScript } from "./flow.ts";
import { describeMachine } from "./machine.ts";
import { programPath, runProgram } from "./programs.ts";
import { ratios, type Spread, spread } from "./statistics.ts";

const programs = resolve(import.meta.dirname, "../../../enclave/sim/peers");

/** How each is built: its own sources, optimised for this machine. */
const peers = {
  liquibook: {
    needs: ["liquibook/src/book/order_book.h"],
    flags: (at: string) => [
      "-std=c++17",
      `-I${at}/liquibook/src`,
      `${at}/liquibook/src/simple/simple_order.cpp`,
    ],
  },
  cpptrader: {
    needs: ["CppTrader/source/trader/matching/market_manager.cpp", "CppCommon/source/memory/memory.cpp"],
    flags: (at: string) => [
      "-std=c++20",
      "-DFMT_HEADER_ONLY",
      `-I${at}/CppTrader/include`,
      `-I${at}/CppCommon/include`,
      ...["market_manager", "order", "order_book"].map(
        (name) => `${at}/CppTrader/source/trader/matching/${name}.cpp`,
      ),
      ...["errors/system_error", "errors/exceptions", "memory/memory"].map(
        (name) => `${at}/CppCommon/source/${name}.cpp`,
      ),
      // Stack traces of its exceptions would pull in a debugger's library; nothing here throws.
      "-Wl,--unresolved-symbols=ignore-all",
    ],
  },
} as const;

type Peer = keyof typeof peers;
const names = Object.keys(peers) as Peer[];

export interface PeerFigures {
  workload: string;
  engine_ns_per_command: Spread;
  priced_floor_ns_per_command: Spread;
  /** By peer: its own time, and how many times the engine's. Above 1 the engine is faster. */
  peers: Record<Peer, { ns_per_command: Spread; times_engine: Spread; is_digest_right: boolean }>;
}

export interface PeerOptions {
  folder: string;
  flowFile?: string | undefined;
  rounds: number;
  isJson: boolean;
}

/**
 * Measures and prints. Exit code 1 when a peer or the engine did other work than the script asks.
 *
 * @throws UsageError when the folder lacks a checkout
 * @throws DependencyError when there is no C++ compiler, or it fails ({fmt} headers are needed for CppTrader)
 */
export async function benchPeers(options: PeerOptions): Promise<number> {
  const scratch = mkdtempSync(join(tmpdir(), "sealbook-peers-"));
  const flow = options.flowFile === undefined ? undefined : flowScript(options.flowFile);
  try {
    const built = Object.fromEntries(names.map((peer) => [peer, build(peer, options.folder, scratch)]));
    const cases = [...workloads.map((name) => workloadCase(name, SEED)), ...(flow ? [flow] : [])];
    const figures = await measure(cases, built as Record<Peer, string>, options.rounds, scratch);
    const report = { at: new Date().toISOString(), machine: describeMachine(), workloads: figures };
    process.stdout.write(`${options.isJson ? JSON.stringify(report, null, 2) : render(figures)}\n`);
    const isRight = figures.every((one) => names.every((peer) => one.peers[peer].is_digest_right));
    return isRight ? exit.yes : exit.no;
  } finally {
    flow?.remove();
    rmSync(scratch, { recursive: true, force: true });
  }
}

function build(peer: Peer, folder: string, scratch: string): string {
  const { needs, flags } = peers[peer];
  const missing = needs.find((file) => !existsSync(join(folder, file)));
  if (missing) throw new UsageError(`${folder} has no ${missing}: check ${peer} out there`);
  const out = join(scratch, peer);
  const source = join(programs, `${peer}.cpp`);
  const args = ["-O3", "-march=native", source, ...flags(resolve(folder)), "-o", out];
  const { status, stderr, error } = spawnSync("c++", args, { encoding: "utf8" });
  if (error) throw new DependencyError("c++", "could not be started", error);
  if (status !== 0) throw new DependencyError("c++", `cannot build ${peer}: ${stderr.slice(0, 600)}`);
  return out;
}

async function measure(
  cases: readonly EngineCase[],
  built: Record<Peer, string>,
  rounds: number,
  scratch: string,
): Promise<PeerFigures[]> {
  const scripts = cases.map((one) => writeScript(one, scratch));
  const bar = progressBar("peers", cases.length * rounds);
  const engine = cases.map((): EngineReport[] => []);
  const others = cases.map(() => ({ liquibook: [] as Fields[], cpptrader: [] as Fields[] }));
  for (let round = 0; round < rounds; round++)
    for (const [at, one] of cases.entries()) {
      engine[at]!.push(...(await measureEngine(runProgram, [one], 1, () => {})));
      for (const peer of names) others[at]![peer].push(play(peer, built[peer], scripts[at]!));
      bar.at(round * cases.length + at + 1);
    }
  bar.end();
  return cases.map((one, at) => summarise(one.name, engine[at]!, others[at]!));
}

function summarise(workload: string, engine: EngineReport[], others: Record<Peer, Fields[]>): PeerFigures {
  const ours = engine.map(({ ns_per_command }) => ns_per_command.median);
  const of = (peer: Peer) => {
    const theirs = others[peer].map((fields) => fields.number("ns_per_command"));
    const isRight = others[peer].every((fields, i) => {
      return engine[i]!.is_digest_right && fields.text("digest") === engine[i]!.digest;
    });
    return {
      ns_per_command: spread(theirs),
      times_engine: ratios(theirs, ours),
      is_digest_right: isRight,
    };
  };
  return {
    workload,
    engine_ns_per_command: spread(ours),
    priced_floor_ns_per_command: spread(engine.map(({ priced_floor_ns_per_command: floor }) => floor.median)),
    peers: { liquibook: of("liquibook"), cpptrader: of("cpptrader") },
  };
}

/** The script as the engine's bench has it; a flow is one already. */
function writeScript({ name, args }: EngineCase, scratch: string): string {
  const path = join(scratch, `${name}.txt`);
  const { status, error } = spawnSync(programPath("sealbook-sim"), ["script", ...args], {
    stdio: ["ignore", openSync(path, "w"), "inherit"],
  });
  if (status !== 0) throw new DependencyError("sealbook-sim", `wrote no script of ${name}`, error);
  return path;
}

function play(peer: Peer, program: string, script: string): Fields {
  const { status, stdout, error } = spawnSync(program, [script], { encoding: "utf8" });
  if (status !== 0) throw new DependencyError(peer, `failed with code ${status}`, error);
  return new Fields(`${peer} ${script}`, JSON.parse(stdout));
}

function render(figures: readonly PeerFigures[]): string {
  const cell = (text: string) => text.padStart(26);
  const line = (name: string, of: (one: PeerFigures) => string) =>
    `  ${name.padEnd(24)}${figures.map((one) => cell(of(one))).join("")}`;
  const time = ({ median, min, max }: Spread) => `${median.toFixed(1)} (${min.toFixed(1)}–${max.toFixed(1)})`;
  return [
    "ns a command, one thread, medians of interleaved rounds (min–max); the engine with margin, fees and events, peers without",
    line("", ({ workload }) => workload),
    line("sealbook", (one) => time(one.engine_ns_per_command)),
    line("priced floor", (one) => time(one.priced_floor_ns_per_command)),
    ...names.flatMap((peer) => [
      line(peer, (one) => time(one.peers[peer].ns_per_command)),
      line("  times sealbook's", (one) => {
        const { times_engine, is_digest_right } = one.peers[peer];
        return `${times_engine.median.toFixed(2)}×${is_digest_right ? "" : " WRONG TRADES"}`;
      }),
    ]),
  ].join("\n");
}
