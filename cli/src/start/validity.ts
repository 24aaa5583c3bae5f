/** `sealbook start --validity`: a whole venue without an enclave, trading signed orders whose batches are proven and posted. */
import { compile, devCrs, type StatementName, statement } from "@sealbook/circuits";
import { contractAt } from "@sealbook/contracts";
import { type ValidityClient, ValidityRefusedError } from "@sealbook/sdk";
import type { Bot } from "../devnet/bots.ts";
import { markets } from "../devnet/markets.ts";
import { Random } from "../devnet/random.ts";
import { validityMaker, validityTaker } from "../devnet/validity-bots.ts";
import { ValidityDevnet } from "../devnet/validity-venue.ts";
import { DependencyError } from "../errors.ts";
import { step } from "../progress.ts";
import { CRS_POWER } from "../prove/index.ts";
import type { StartOptions } from "./start.ts";
import { stopSignal } from "./stop-signal.ts";

const STATEMENT: StatementName = "batch8";
/** A hundred thousand, in 1e-6. */
const COLLATERAL = 100_000_000_000n;
const INSURANCE = 100_000_000_000n;
const MAKER_PAUSE_MS = 20_000;
const TAKER_PAUSE_MS = 5_000;
const PRICE_PERIOD_MS = 15_000;
/** A first proof on a slow machine. */
const LAST_PROOF_SECONDS = 240;

interface Status {
  readonly sequence: string;
  readonly fills: number;
  readonly batchCut: string;
  readonly batchProven: string;
  readonly operationsWaiting: number;
  readonly openOrders: number;
  readonly counts: { readonly commands: number; readonly refused: number };
}

/** True when at least one proven batch was accepted and nothing failed on the way. */
export async function startValidity(options: StartOptions): Promise<boolean> {
  const stopping = stopSignal();
  await step("circuit and reference string (kept for next time)", async () => {
    devCrs("development", CRS_POWER[STATEMENT]);
    await compile(statement(STATEMENT));
  });
  const venue = await step("chain, contracts, server", () =>
    ValidityDevnet.start({
      markets,
      statement: STATEMENT,
      blockSeconds: 1,
      ...(options.dataDir === undefined ? {} : { dataDir: options.dataDir }),
    }),
  );
  const clients: ValidityClient[] = [];
  const bots: Bot[] = [];
  let failure: unknown;
  const fail = (error: unknown) => {
    failure ??= error;
    stopping.now();
  };
  void venue.exited().then((code) => {
    if (!stopping.isStopping())
      fail(new Error(`The server ended (${code}); its log: ${venue.dataDir}/server.log`));
  });
  try {
    if (options.hasBots) {
      await step("deposits and session keys of four bots", () => openAccounts(venue));
      for (const [i] of SECRETS.entries()) clients.push(await connected(venue, i));
      await venue.prices.publish(markets.map(({ index }) => index));
      bots.push(...placeBots(venue, clients, options.seed));
    }
    console.error(banner(venue));
    venue.prices.walk(options.seed, PRICE_PERIOD_MS);
    for (const bot of bots) bot.start(fail);
    const line = setInterval(() => void liveLine(venue).catch(() => {}), 1_000);
    await stopping.after(options.seconds);
    clearInterval(line);
    if (failure) throw failure;
    for (const bot of bots) await bot.stop();
    venue.prices.stop();
    if (options.seconds !== undefined) await lastProofs(venue);
    const report = await summary(venue);
    console.log(options.isJson ? JSON.stringify(report.data, null, 2) : report.text);
    return options.seconds === undefined || report.data.batchesProven > 0;
  } finally {
    stopping.now();
    for (const bot of bots) await bot.stop().catch(() => {});
    for (const client of clients) client.close();
    await venue.stop();
  }
}

/** Session keys of the bots: public, like everything here. */
const SECRETS = [101n, 102n, 103n, 104n];

async function openAccounts(venue: ValidityDevnet): Promise<void> {
  await venue.insurance(INSURANCE);
  // One after the other: account ids follow the inbox.
  for (const [i, secret] of SECRETS.entries()) await venue.join(i, COLLATERAL, secret);
}

/** Connects once the venue has taken the deposit from the chain. */
async function connected(venue: ValidityDevnet, index: number): Promise<ValidityClient> {
  for (let tries = 0; tries < 600; tries++) {
    try {
      return await venue.connect(index + 1, SECRETS[index]!);
    } catch (error) {
      if (!(error instanceof ValidityRefusedError)) throw error;
      await new Promise((next) => setTimeout(next, 100));
    }
  }
  throw new DependencyError("venue", "did not take a deposit within a minute");
}

/** One maker and one taker a market. */
function placeBots(venue: ValidityDevnet, clients: readonly ValidityClient[], seed: bigint): Bot[] {
  return markets.flatMap((market, i) => {
    const index = () => venue.prices.prices[i] ?? market.index;
    const parts = (bot: number, salt: bigint) => {
      return { client: clients[bot]!, market, index, random: new Random(seed + salt + BigInt(i)) };
    };
    return [
      validityMaker({ ...parts(i, 100n), pauseMs: MAKER_PAUSE_MS }),
      validityTaker({ ...parts(2 + i, 200n), pauseMs: TAKER_PAUSE_MS }),
    ];
  });
}

function banner(venue: ValidityDevnet): string {
  const { tcp, http, ws } = venue.ready.endpoints;
  return [
    "",
    "  sealbook in validity mode. NO ENCLAVE: this server reads every order and decides their order; nothing is sealed.",
    "  What it cannot do: trade or withdraw without your signature, or settle what is not proven. SIMULATED: chain, tokens and",
    "  reference string are for development; anyone can forge proofs for it. Loopback only. Nothing here protects anything.",
    "",
    `  orders     tcp://${tcp.host}:${tcp.port}   ${ws}`,
    `  market     ${http}/v1/status   ${http}/v1/book/1`,
    `  chain      ${venue.chain.url}   settlement ${venue.contracts.settlement}   path ${venue.contracts.validityPath}`,
    `  proofs     ${venue.statement}: up to 8 operations a batch`,
    `  data       ${venue.dataDir}`,
    "",
  ].join("\n");
}

async function liveLine(venue: ValidityDevnet): Promise<void> {
  const now = (await venue.status()) as unknown as Status;
  const text =
    `  no TEE: ${now.fills} fills, ${now.openOrders} open orders, ${now.operationsWaiting} operations wait, ` +
    `batch ${now.batchCut} cut, ${now.batchProven} proven on chain`;
  process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${text}` : `${text}\n`);
}

async function lastProofs(venue: ValidityDevnet): Promise<void> {
  await step("last batches proven on chain", async () => {
    for (let tries = 0; tries < LAST_PROOF_SECONDS * 2; tries++) {
      const { operationsWaiting, batchCut, batchProven } = (await venue.status()) as unknown as Status;
      if (operationsWaiting === 0 && batchCut === batchProven) return;
      await new Promise((next) => setTimeout(next, 500));
    }
  });
}

export interface ValiditySummary {
  readonly mode: "validity: no TEE, proven batches";
  readonly commands: number;
  readonly refused: number;
  readonly fills: number;
  readonly batchesProven: number;
  readonly batchGasMean: number;
  readonly gasPerFill: number;
  readonly stateRoot: string;
  readonly isSimulated: true;
}

/** Read back from the contract, not from what the server says of itself. */
async function summary(venue: ValidityDevnet): Promise<{ text: string; data: ValiditySummary }> {
  const { provider } = venue.chain;
  const settlement = contractAt("Settlement", venue.contracts.settlement, provider);
  const accepted = await settlement.queryFilter("BatchProven", 0, "latest");
  const receipts = await Promise.all(
    accepted.map((log) => provider.getTransactionReceipt(log.transactionHash)),
  );
  const gas = receipts.reduce((sum, one) => sum + Number(one?.gasUsed ?? 0n), 0);
  const status = (await venue.status()) as unknown as Status;
  const per = (count: number) => (count === 0 ? 0 : Math.round(gas / count));
  const data: ValiditySummary = {
    mode: "validity: no TEE, proven batches",
    commands: status.counts.commands,
    refused: status.counts.refused,
    fills: status.fills,
    batchesProven: accepted.length,
    batchGasMean: per(accepted.length),
    gasPerFill: per(status.fills),
    stateRoot: String((await settlement.getFunction("head")())[3]),
    isSimulated: true,
  };
  const rows: [string, string][] = [
    ["trust", "no TEE: proven batches; the server chooses order and omission, nothing else"],
    ["commands", `${data.commands}, ${data.refused} refused`],
    ["fills", `${data.fills}`],
    ["batches proven on chain", `${data.batchesProven}, ${data.batchGasMean.toLocaleString("en")} gas each`],
    ["gas a fill, everything included", data.gasPerFill.toLocaleString("en")],
    ["state root on chain", data.stateRoot],
    ["simulated", "chain, tokens, reference string: anyone can forge proofs for it"],
  ];
  return { data, text: `\n${rows.map(([name, value]) => `  ${name.padEnd(32)} ${value}`).join("\n")}\n` };
}
