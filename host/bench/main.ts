import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cpus } from "node:os";
import { join } from "node:path";
import { type LoadResult, load } from "./client.ts";

/**
 * `node host/bench/main.ts`: the host's own cost beside a raw Node `net` echo, same client, same frames, interleaved rounds in one run.
 * Prints JSON: medians over the rounds, and the ratio host ÷ echo.
 */

const FRAME_BYTES = 100;
const ROUNDS = 5;
const SHAPES = [
  { window: 1, frames: 3000 },
  { window: 64, frames: 60_000 },
  { window: 1024, frames: 200_000 },
];

async function serve(script: string): Promise<{ child: ChildProcess; port: number }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, script)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(child.stdout!, "data")) as [Buffer];
  return { child, port: Number(line.toString().trim()) };
}

function median(results: LoadResult[]): LoadResult {
  const middle = (read: (result: LoadResult) => number) =>
    results.map(read).sort((a, b) => a - b)[results.length >> 1]!;
  return {
    ...results[0]!,
    framesPerSecond: middle((r) => r.framesPerSecond),
    latencyUsP50: middle((r) => r.latencyUsP50),
    latencyUsP99: middle((r) => r.latencyUsP99),
    latencyUsP999: middle((r) => r.latencyUsP999),
  };
}

const servers = { echo: await serve("echo-server.ts"), gateway: await serve("gateway-server.ts") };
const shapes = [];
for (const { window, frames } of SHAPES) {
  const rounds: Record<"echo" | "gateway", LoadResult[]> = { echo: [], gateway: [] };
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const name of ["echo", "gateway"] as const) {
      const result = await load(servers[name].port, window, frames, FRAME_BYTES);
      if (round > 0) rounds[name].push(result); // the first one warms up
    }
  }
  const echo = median(rounds.echo);
  const gateway = median(rounds.gateway);
  const ratio = (a: number, b: number) => Math.round((a / b) * 100) / 100;
  shapes.push({
    window,
    echo,
    gateway,
    ratioP50: ratio(gateway.latencyUsP50, echo.latencyUsP50),
    ratioThroughput: ratio(gateway.framesPerSecond, echo.framesPerSecond),
  });
}
for (const { child } of Object.values(servers)) child.kill();
const machine = { cpu: cpus()[0]?.model ?? "unknown", cores: cpus().length, node: process.version };
process.stdout.write(`${JSON.stringify({ machine, rounds: ROUNDS, shapes }, undefined, 2)}\n`);
