/** The validity path as a chain shows it: where it stands, and what the inbox still holds. */
import { Contract, type ContractRunner, type EventLog, type Provider } from "ethers";
import { inboxEntriesAbi, pathAbi, settlementHeadAbi } from "./abi.ts";

/** What the next proven batch must start from. */
export interface Present {
  readonly isOpen: boolean;
  readonly epoch: bigint;
  readonly batchNumber: bigint;
  readonly stateRoot: bigint;
  readonly inboxCursor: number;
  readonly oracleRound: bigint;
  readonly domain: bigint;
  readonly held: bigint;
  readonly fillsRoot: bigint;
}

/** An inbox entry (docs/boundaries.md section 5) and where it stands. */
export interface Entry {
  readonly index: number;
  readonly kind: number;
  readonly owner: string;
  readonly subaccount: number;
  readonly amount: bigint;
  readonly data: string;
  readonly enteredAt: bigint;
}

/** What an accepted batch published. */
export interface ProvenWords {
  readonly number: bigint;
  readonly stateRoot: bigint;
  readonly words: readonly bigint[];
}

export class PathChain {
  readonly path: Contract;
  readonly #runner: ContractRunner;
  #settlement?: Contract;
  #inbox?: Contract;

  /** `runner`: a provider to read with, a signer to send with. */
  constructor(address: string, runner: ContractRunner) {
    this.path = new Contract(address, pathAbi, runner);
    this.#runner = runner;
  }

  get provider(): Provider {
    return (this.#runner.provider ?? this.#runner) as Provider;
  }

  async settlement(): Promise<Contract> {
    this.#settlement ??= new Contract(await this.path.SETTLEMENT!(), settlementHeadAbi, this.#runner);
    return this.#settlement;
  }

  async inbox(): Promise<Contract> {
    this.#inbox ??= new Contract(await this.path.INBOX!(), inboxEntriesAbi, this.#runner);
    return this.#inbox;
  }

  async present(): Promise<Present> {
    const settlement = await this.settlement();
    const [head, isOpen, domain, held, fillsRoot] = await Promise.all([
      settlement.head!(),
      this.path.isOpen!(),
      this.path.domain!(),
      this.path.held!(),
      this.path.fillsRoot!(),
    ]);
    return {
      isOpen,
      epoch: head.epoch,
      batchNumber: head.batchNumber,
      stateRoot: BigInt(head.stateRoot),
      inboxCursor: Number(head.inboxCursor),
      oracleRound: head.oracleRound,
      domain,
      held,
      fillsRoot: BigInt(fillsRoot),
    };
  }

  /** Sizes of the statement the path's verifier is for. */
  async sizes(): Promise<{ instruments: number; operations: number }> {
    const [instruments, operations] = await Promise.all([this.path.INSTRUMENTS!(), this.path.OPERATIONS!()]);
    return { instruments: Number(instruments), operations: Number(operations) };
  }

  /** Entries from `cursor` on, in order. */
  async entries(cursor: number, fromBlock = 0, toBlock: number | "latest" = "latest"): Promise<Entry[]> {
    const inbox = await this.inbox();
    const logs = await inbox.queryFilter("InboxEntryAdded", fromBlock, toBlock);
    return logs
      .map((log) => {
        const { index, kind, owner, subaccount, amount, data, enteredAt } = (log as EventLog).args;
        return {
          index: Number(index),
          kind: Number(kind),
          owner: owner as string,
          subaccount: Number(subaccount),
          amount: amount as bigint,
          data: data as string,
          enteredAt: enteredAt as bigint,
        };
      })
      .filter(({ index }) => index >= cursor)
      .sort((a, b) => a.index - b.index);
  }

  /** Words of every proven batch after `number`, in order. */
  async advanced(number = 0n, fromBlock = 0): Promise<ProvenWords[]> {
    const logs = await this.path.queryFilter("Advanced", fromBlock);
    return logs
      .map((log) => (log as EventLog).args)
      .map((args) => ({
        number: args.number as bigint,
        stateRoot: BigInt(args.stateRoot as string),
        words: [...(args.words as bigint[])],
      }))
      .filter((one) => one.number > number);
  }

  /** Index of the first deposit of an owner's subaccount; undefined if there was none. */
  async firstDeposit(owner: string, subaccount: number): Promise<number | undefined> {
    const found = Number(await (await this.inbox()).firstDepositOf!(owner, subaccount));
    return found === 0 ? undefined : found - 1;
  }
}
