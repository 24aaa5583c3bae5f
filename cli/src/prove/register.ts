import type { Command } from "commander";
import { DependencyError, exit, UsageError } from "../errors.ts";

interface Flags {
  rpc?: string;
  path?: string;
  leaves?: string;
  orders?: string;
  journal?: string;
  prices?: string;
  out: string;
  crs?: string;
  devSeed: string;
  json: boolean;
}

/** `sealbook prove`: the next batch by validity proof. */
export function registerProve(program: Command, set: (code: number) => void): void {
  const prove = program
    .command("prove")
    .description("move a venue whose enclave is gone: the next batch, proven")
    .option("--rpc <url>", "an Ethereum node")
    .option("--path <address>", "the venue's validity path")
    .option("--leaves <file>", "leaves.bin of `sealbook recover`")
    .option("--orders <file>", "signed orders and withdrawals (docs/proof.md); without it, the inbox alone")
    .option(
      "--journal <file>",
      "commands.log of a venue in validity mode, instead of --orders: what it acknowledged",
    )
    .option("--prices <file>", "a round of prices signed by the oracles; without it the last prices stay")
    .option("--out <folder>", "where to write; a run that was stopped goes on from here", "proven")
    .option("--crs <folder>", "reference string; without it a development one, good for chain 31337 alone")
    .option("--dev-seed <word>", "word of the development reference string", "development")
    .option("--json", "print the result as JSON", false)
    .addHelpText(
      "after",
      `
Examples:
  sealbook recover --rpc http://127.0.0.1:8545 --out state
  sealbook prove --rpc http://127.0.0.1:8545 --path 0x… --leaves state/leaves.bin --orders orders.json
  sealbook prove --rpc http://127.0.0.1:8545 --path 0x… --leaves genesis.bin --journal server/commands.log
  sealbook prove genesis --config validity.json --to genesis.bin
  sealbook prove crs --power 19
  sealbook prove verifier --statement batch30 --out HonkVerifier.sol

Writes batch-N/proof-… and batch-N/calldata.hex: send that to the path from any account.
Exit code 1: the operations are not legal, or there is nothing to prove.`,
    )
    .action(async (flags: Flags) => set(await run(flags)));
  prove
    .command("crs")
    .description("make a development reference string: anyone can forge proofs for it")
    .option("--power <n>", "2^n points: 16 for batch2, 18 for batch8, 19 for batch30", "16")
    .action(async ({ power }: { power: string }) => {
      const { devCrs } = await import("@sealbook/circuits");
      const { progressBar } = await import("../progress.ts");
      if (!/^\d+$/.test(power) || Number(power) < 10 || Number(power) > 22)
        throw new UsageError("--power is a whole number from 10 to 22");
      const bar = progressBar("points ", 100);
      const seed = (prove.opts() as Flags).devSeed;
      console.log(devCrs(seed, Number(power), (share) => bar.at(Math.round(share * 100))));
      bar.end();
      set(exit.yes);
    });
  prove
    .command("genesis")
    .description("write the leaves a venue in validity mode is deployed with: `recover --genesis` wants them")
    .requiredOption("--config <file>", "the venue's configuration: its markets (docs/validity.md)")
    .requiredOption("--to <file>", "where to write them")
    .option("--settlement <address>", "with --rpc: check that the contract began with their root")
    .action(async (flags: { config: string; to: string; settlement?: string }) => {
      const { writeGenesis } = await import("./genesis-file.ts");
      set(await writeGenesis({ ...flags, rpc: (prove.opts() as Flags).rpc }));
    });
  prove
    .command("verifier")
    .description(
      "write the Solidity verifier of a statement; for a real chain give --crs, the public reference string",
    )
    .option("--statement <name>", "batch2, batch8 or batch30", "batch30")
    .option("--development", "for the development reference string, not for any real chain", false)
    .requiredOption("--to <file>", "where to write it")
    .action(async (flags: { statement: string; development: boolean; to: string }) => {
      const { writeVerifier } = await import("./verifier-file.ts");
      const { devSeed, crs } = prove.opts() as Flags;
      await writeVerifier(flags.statement, flags.development ? { devSeed } : { crs }, flags.to);
      set(exit.yes);
    });
}

async function run(flags: Flags): Promise<number> {
  const { rpc, path, leaves } = flags;
  if (flags.orders && flags.journal) throw new UsageError("--orders or --journal, not both");
  if (!rpc || !path || !leaves) throw new UsageError("sealbook prove wants --rpc, --path and --leaves");
  const { prove } = await import("./prove.ts");
  const { ProveError } = await import("./errors.ts");
  const { WitnessError } = await import("@sealbook/circuits");
  try {
    const result = await prove({
      rpcUrl: rpc,
      path,
      leaves,
      out: flags.out,
      devSeed: flags.devSeed,
      ...(flags.orders ? { orders: flags.orders } : {}),
      ...(flags.journal ? { journal: flags.journal } : {}),
      ...(flags.prices ? { prices: flags.prices } : {}),
      ...(flags.crs ? { crs: flags.crs } : {}),
    });
    if (flags.json) console.log(JSON.stringify(result, null, 2));
    else {
      const from = result.isResumed ? "from the folder" : `in ${result.seconds.toFixed(1)} s`;
      console.log(
        `Batch ${result.batchNumber}: ${result.operations} operations proven ${from}; ${result.left} wait.`,
      );
      if (result.liquidationsLeft > 0)
        console.log(`${result.liquidationsLeft} liquidations wait for another round of prices.`);
      console.log(`Send the bytes of ${result.calldata} to ${path}.`);
    }
    return exit.yes;
  } catch (error) {
    if (error instanceof WitnessError || (error instanceof ProveError && isAnswer(error.code))) {
      console.error(error.message);
      return exit.no;
    }
    if (error instanceof ProveError) throw new DependencyError("sealbook prove", error.message, error);
    throw error;
  }
}

/** Codes that say no rather than that something is missing. */
function isAnswer(code: string): boolean {
  return code === "E_PATH_CLOSED" || code === "E_NOTHING" || code === "E_ROOT_MISMATCH";
}
