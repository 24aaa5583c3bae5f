import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DependencyError } from "../errors.ts";
import { acceptedBatches } from "./batch-chain.ts";
import { closeBatch, enclaveStatus, getJson } from "./enclave-status.ts";
import { Fields } from "./fields.ts";
import { type LoadRun, totalRejects } from "./load.ts";
import type { RunProgram } from "./programs.ts";
import { round, type Spread, spread } from "./statistics.ts";
import { venueRun } from "./tcp.ts";
import type { BenchVenue } from "./venue.ts";

/** One batch, from the enclave's clock to the chain's gas. */
export interface BatchRow {
  number: number;
  /** Sequences in it, ticks of engine time included. */
  commands: number;
  /** Accounts that traded in it: what the tree has to update. */
  accounts: number;
  batch_close_us: number;
  gas_used: number;
}

export interface BatchReport {
  batches: BatchRow[];
  batch_close_us: Spread;
  /** Of `acceptBatch`, whole transaction. */
  gas_used: Spread;
  /** Of the largest batch: gas is per batch, so this falls as batches grow. */
  gas_per_command_min: number;
  /** Commands refused while batches were filled, by wire name. */
  rejects: Record<string, number>;
}

export interface BatchSize {
  /** Commands of each batch, in order. */
  commands: readonly number[];
}

export interface BatchParts {
  run: RunProgram;
  venue: BenchVenue;
  size: BatchSize;
  onBatch: () => void;
}

const patienceMs = 60_000;

export async function measureBatches(parts: BatchParts): Promise<BatchReport> {
  const folder = mkdtempSync(join(tmpdir(), "sealbook-bench-"));
  try {
    const evidence = await getJson(`${parts.venue.httpUrl}/v1/evidence`);
    const file = join(folder, "evidence.json");
    writeFileSync(file, JSON.stringify(evidence), { mode: 0o600 });
    const settlement = new Fields("host (/v1/evidence)", evidence).text("settlement");
    return await batches(parts, file, settlement);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function batches(parts: BatchParts, evidence: string, settlement: string): Promise<BatchReport> {
  const { venue } = parts;
  // Whatever ran before goes into a batch of its own.
  await close(venue);
  const runs: LoadRun[] = [];
  const closed: { number: number; accounts: number; batch_close_us: number }[] = [];
  for (const commands of parts.size.commands) {
    const accounts = Math.min(venue.walletKeys.length, commands);
    const perAccount = Math.max(1, Math.round(commands / accounts / 16));
    for (let wallet = 0; wallet < accounts; wallet++) {
      const options = { count: perAccount, warmup: 0, window: 16, "per-frame": 16 };
      const at = `${venue.tcp.host}:${venue.tcp.port}`;
      const run = await venueRun({ ...parts, level: "written" }, evidence, at, options, wallet);
      runs.push(run);
    }
    const status = await close(venue);
    closed.push({ number: status.batchNumber, accounts, batch_close_us: status.batchCloseUs });
    parts.onBatch();
  }

  const last = Math.max(...closed.map(({ number }) => number));
  const accepted = await until(`batch ${last} on chain`, async () => {
    const found = new Map(
      (await acceptedBatches(venue.rpcUrl, settlement)).map((batch) => [batch.number, batch]),
    );
    return found.has(last) ? found : undefined;
  });
  const rows = closed.map(({ number, accounts, batch_close_us }) => {
    const onChain = accepted.get(number);
    if (onChain === undefined) throw new DependencyError("chain", `has no batch ${number}`);
    return { number, commands: onChain.commands, accounts, batch_close_us, gas_used: onChain.gas_used };
  });
  const largest = rows.reduce((a, b) => (b.commands > a.commands ? b : a));
  return {
    batches: rows,
    batch_close_us: spread(rows.map((row) => row.batch_close_us)),
    gas_used: spread(rows.map((row) => row.gas_used)),
    gas_per_command_min: round(largest.gas_used / largest.commands),
    rejects: totalRejects(runs),
  };
}

/** Closes a batch and waits until the enclave has. */
async function close(venue: BenchVenue) {
  const before = (await enclaveStatus(venue.httpUrl)).batchNumber;
  await closeBatch(venue.httpUrl);
  return until("the enclave to close a batch", async () => {
    const status = await enclaveStatus(venue.httpUrl);
    return status.batchNumber > before ? status : undefined;
  });
}

async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > deadline)
      throw new DependencyError("venue", `did not get there in a minute: ${what}`);
    await sleep(20);
  }
}
