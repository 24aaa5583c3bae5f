import type { Command } from "commander";
import { exit, UsageError } from "../errors.ts";

/** `sealbook start`: the whole venue on this machine, trading until stopped. */
export function registerStart(program: Command, set: (code: number) => void): void {
  program
    .command("start")
    .description("start a simulated venue: chain, contracts, enclave, host, bots on two markets")
    .option("--for <seconds>", "trade this long, print a summary, exit 0")
    .option("--seed <integer>", "seed of bots and oracle walk", "42")
    .option("--data <folder>", "keep the data folder here (default: a temporary one)")
    .option("--no-bots", "start without bots")
    .option("--validity", "without an enclave: signed orders, batches proven and posted", false)
    .option(
      "--drill",
      "trade, kill everything but the chain, recover and let everybody leave, then exit",
      false,
    )
    .option("--json", "print the summary as JSON", false)
    .action(
      async (flags: {
        for?: string;
        seed: string;
        data?: string;
        bots: boolean;
        validity: boolean;
        drill: boolean;
        json: boolean;
      }) => {
        const seconds = flags.for === undefined ? undefined : Number(flags.for);
        if (seconds !== undefined && !(seconds > 0))
          throw new UsageError("--for takes a positive number of seconds.");
        if (!/^\d+$/.test(flags.seed)) throw new UsageError("--seed takes a non-negative integer.");
        if (flags.drill) return set(await drill(BigInt(flags.seed), flags.json));
        const begin = flags.validity
          ? (await import("./validity.ts")).startValidity
          : (await import("./start.ts")).start;
        const ok = await begin({
          ...(seconds === undefined ? {} : { seconds }),
          ...(flags.data === undefined ? {} : { dataDir: flags.data }),
          seed: BigInt(flags.seed),
          hasBots: flags.bots,
          isJson: flags.json,
        });
        set(ok ? exit.yes : exit.no);
      },
    );
}

/** `start --drill`: exit 0 when everybody left with exactly what was theirs. */
async function drill(seed: bigint, isJson: boolean): Promise<number> {
  const { drillText, runDrill } = await import("../drill/drill.ts");
  const report = await runDrill(seed);
  const plain = (_: string, value: unknown) => (typeof value === "bigint" ? String(value) : value);
  console.log(isJson ? JSON.stringify(report, plain, 2) : drillText(report));
  return report.faults.length === 0 ? exit.yes : exit.no;
}
