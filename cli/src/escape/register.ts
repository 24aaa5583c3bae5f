import type { Command } from "commander";
import { httpRpc } from "../chain/rpc.ts";
import { VenueChain } from "../chain/venue-chain.ts";
import { exit, UsageError } from "../errors.ts";
import { addressOf, collect, report } from "../recover/register.ts";
import type { Step } from "./plan.ts";
import { RevertError } from "./sender.ts";

export interface SendFlags {
  rpc: string;
  settlement?: string;
  keyFile?: string;
  from?: string;
  dryRun: boolean;
  json: boolean;
}

interface EscapeFlags extends SendFlags {
  account?: string;
  all: boolean;
  state: string;
  blobs: string[];
  genesis?: string;
  fromBlock: string;
  freeze: boolean;
  proveDeficits: boolean;
}

/** The options of whatever sends a transaction. */
export function sending(command: Command): Command {
  return command
    .requiredOption("--rpc <url>", "an Ethereum node")
    .option(
      "--settlement <address>",
      "the venue's settlement contract (found by itself on a development chain)",
    )
    .option(
      "--key-file <file>",
      "private key (64 hex digits) or JSON keystore of who pays the gas; or SEALBOOK_KEY in the environment",
    )
    .option("--from <address>", "an account the node keeps, instead of a key")
    .option("--dry-run", "send nothing, print the calldata", false)
    .option("--json", "print as JSON", false);
}

/** `sealbook escape`: leave a venue that went dark. */
export function registerEscape(program: Command, set: (code: number) => void): void {
  sending(program.command("escape"))
    .description("leave a venue that went dark: freeze it, prove an account, be paid")
    .option("--account <owner[/sub]>", "whose money; every sub-account unless one is named")
    .option("--all", "every account that is owed something", false)
    .option("--state <folder>", "what `sealbook recover` wrote; brought up to date first", "sealbook-state")
    .option("--blobs <source>", "as in `sealbook recover`", collect, [])
    .option("--genesis <file>", "as in `sealbook recover`")
    .option("--from-block <number>", "block the contract was deployed in", "0")
    .option("--freeze", "freeze the venue if the time has come; irreversible", false)
    .option("--prove-deficits", "also prove every account that owes, so that nobody is paid too much", false)
    .addHelpText(
      "after",
      `
Examples:
  sealbook escape --rpc URL --settlement 0x… --account 0x… --dry-run             what would I get, and what would be sent
  sealbook escape --rpc URL --settlement 0x… --account 0x… --key-file key --freeze --prove-deficits

The tokens go to the account's owner, whoever sends. Run it twice: in the window after the freeze it proves, after the window it pays.
Exit code 1: not yet, and it says when.`,
    )
    .action((flags: EscapeFlags) => guarded(flags, set, () => leave(flags)));
}

async function leave(flags: EscapeFlags): Promise<number> {
  if ((flags.account === undefined) === !flags.all)
    throw new UsageError("Whose money? Give --account 0x…, or --all.");
  if (!/^\d+$/.test(flags.fromBlock)) throw new UsageError("--from-block takes a block number.");
  const { prepareEscape } = await import("./escape.ts");
  const { planData, planText, toJson } = await import("./display.ts");
  const plan = await prepareEscape({
    rpcUrls: [flags.rpc],
    ...(flags.settlement === undefined ? {} : { settlement: addressOf(flags.settlement) }),
    out: flags.state,
    blobs: flags.blobs,
    ...(flags.genesis === undefined ? {} : { genesis: flags.genesis }),
    fromBlock: Number(flags.fromBlock),
    ...(flags.account === undefined ? {} : { account: flags.account }),
    canFreeze: flags.freeze,
    provesDeficits: flags.proveDeficits,
  });
  if (flags.json) console.log(toJson(planData(plan)));
  else console.log(planText(plan));
  await carryOut(flags, plan.steps);
  // Yes: all that is wanted is paid, or was by the transactions just sent.
  const isPaid = plan.status.isWindowOver || plan.quotes.every(({ status }) => status === "paid");
  return isPaid || flags.dryRun ? exit.yes : exit.no;
}

/** `sealbook force`: what the venue must do, or stand still. */
export function registerForce(program: Command, set: (code: number) => void): void {
  const force = program
    .command("force")
    .description(
      "put a command into the on-chain inbox: the venue must obey within its deadline, or can be frozen",
    );
  const deed = (name: "withdraw" | "close" | "cancel-all", description: string) =>
    sending(force.command(name)).description(description).option("--subaccount <number>", "0 to 255", "0");
  const act = (
    flags: SendFlags & { subaccount: string; amount?: string; instrument?: string },
    name: "withdraw" | "close" | "cancel-all",
  ) =>
    guarded(flags, set, async () => {
      const { amountOf, forceStep } = await import("./inbox-steps.ts");
      const chain = await open(flags);
      const step = forceStep(chain, name, {
        subaccount: numberOf(flags.subaccount, 255, "--subaccount"),
        ...(flags.amount === undefined ? {} : { amount: amountOf(flags.amount) }),
        ...(flags.instrument === undefined
          ? {}
          : { instrument: numberOf(flags.instrument, 65_535, "--instrument") }),
      });
      await carryOut(flags, [step], flags.json);
      return exit.yes;
    });
  deed("withdraw", "withdraw collateral, or as much of it as margin allows; orders are cancelled first")
    .requiredOption("--amount <tokens>", "in tokens, as 12.5")
    .action((flags) => act(flags, "withdraw"));
  deed("close", "close a position against the book, within 5 % of the mark")
    .option("--instrument <id>", "0 for all", "0")
    .action((flags) => act(flags, "close"));
  deed("cancel-all", "cancel every order of the account").action((flags) => act(flags, "cancel-all"));
}

/** `sealbook reclaim`: deposits no batch ever took. */
export function registerReclaim(program: Command, set: (code: number) => void): void {
  sending(program.command("reclaim"))
    .description("after a freeze: return deposits that no batch has taken to their owners")
    .option("--owner <address>", "only this owner's")
    .option("--from-block <number>", "block the contract was deployed in", "0")
    .action((flags: SendFlags & { owner?: string; fromBlock: string }) =>
      guarded(flags, set, async () => {
        const { reclaimSteps } = await import("./inbox-steps.ts");
        const owner = flags.owner === undefined ? undefined : addressOf(flags.owner);
        const steps = await reclaimSteps(await open(flags), owner, Number(flags.fromBlock));
        if (steps.length === 0) console.error("No deposit is waiting.");
        await carryOut(flags, steps, flags.json);
        return steps.length > 0 ? exit.yes : exit.no;
      }),
    );
}

interface ClaimFlags extends SendFlags {
  owner?: string;
  unpaid: boolean;
  fromBlock: string;
  state: string;
  blobs: string[];
}

/** `sealbook claim`: withdrawals the venue promised, whether its host lives or not. */
export function registerClaim(program: Command, set: (code: number) => void): void {
  sending(program.command("claim"))
    .description("claim withdrawals that accepted batches promised, proven from the chain alone")
    .option("--owner <address>", "only this owner's")
    .option("--unpaid", "also fetch payments to --owner that the token refused; their key must send", false)
    .option("--state <folder>", "what `sealbook recover` wrote", "sealbook-state")
    .option("--blobs <source>", "as in `sealbook recover`", collect, [])
    .option("--from-block <number>", "block the contract was deployed in", "0")
    .action((flags: ClaimFlags) =>
      guarded(flags, set, async () => {
        if (flags.unpaid && flags.owner === undefined)
          throw new UsageError("--unpaid is for one owner: give --owner 0x….");
        const { claimSteps, unpaidSteps } = await import("./claim-steps.ts");
        const chain = await open(flags);
        const steps = await claimSteps(chain, {
          ...(flags.owner === undefined ? {} : { owner: addressOf(flags.owner) }),
          fromBlock: Number(flags.fromBlock),
          state: flags.state,
          blobs: flags.blobs,
        });
        if (flags.unpaid && flags.owner !== undefined) steps.push(...(await unpaidSteps(chain, flags.owner)));
        if (steps.length === 0) console.error("No withdrawal waits to be claimed.");
        await carryOut(flags, steps, flags.json);
        return steps.length > 0 ? exit.yes : exit.no;
      }),
    );
}

const open = (flags: SendFlags): Promise<VenueChain> =>
  VenueChain.open(
    httpRpc(flags.rpc),
    flags.settlement === undefined ? undefined : addressOf(flags.settlement),
  );

/** Prints the calldata, or sends and tells the gas. */
export async function carryOut(flags: SendFlags, steps: Step[], isListed = false): Promise<void> {
  const { stepsText, toJson } = await import("./display.ts");
  if (flags.dryRun) {
    if (isListed) console.log(toJson(steps.map(({ what, to, call, data }) => ({ what, to, call, data }))));
    else if (!flags.json && steps.length > 0) console.log(stepsText(steps));
    return;
  }
  if (steps.length === 0) return;
  const { openSender } = await import("./sender.ts");
  const { sendSteps } = await import("./escape.ts");
  const sender = await openSender(httpRpc(flags.rpc), flags);
  try {
    await sendSteps(sender, steps, ({ what }, { hash, gasUsed }) =>
      console.error(`  done: ${what}  (${gasUsed.toLocaleString("en")} gas, ${hash})`),
    );
  } finally {
    sender.close();
  }
}

export async function guarded(
  flags: { json: boolean },
  set: (code: number) => void,
  work: () => Promise<number>,
): Promise<void> {
  try {
    set(await work());
  } catch (error) {
    if (error instanceof RevertError) {
      if (flags.json) console.log(JSON.stringify({ code: error.code, message: error.message }));
      else console.error(error.message);
      set(exit.no);
      return;
    }
    set(report(error, flags.json));
  }
}

function numberOf(text: string, max: number, name: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > max)
    throw new UsageError(`${name} takes a whole number from 0 to ${max}.`);
  return value;
}
