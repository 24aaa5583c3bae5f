import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { deploy, interfaceOf, simulatedOptions } from "@sealbook/contracts";
import { connectValidity, type ValidityClient, ValidityRefusedError } from "@sealbook/sdk";
import { unpackData } from "@sealbook/wire/state";
import { sessionKeyOf } from "@sealbook/wire/validity";
import { Contract, NonceManager, toBeHex, toUtf8Bytes } from "ethers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fundAndDeposit } from "../devnet/account.ts";
import { type LocalChain, startAnvil } from "../devnet/anvil.ts";
import { perpetual } from "./fixture.ts";
import { genesisOf } from "./genesis.ts";
import { ValidityVenue } from "./venue.ts";

const library = ["release", "debug"]
  .map((profile) => resolve(import.meta.dirname, `../../../enclave/target/${profile}/libsealbook_sim.so`))
  .find((path) => existsSync(path));
const isBuilt = existsSync(resolve(import.meta.dirname, "../../../contracts/out/ValidityPath.sol"));
/** Returns 1 to everything: what real proofs do is in test/e2e/validity-mode.test.ts. */
const YES = "0x69600160005260206000f3600052600a6016f3";

/** The wait is for the thing, not for a time. */
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await isSo()); tries++) {
    if (tries > 1_000) throw new Error("It did not come.");
    await new Promise((next) => setTimeout(next, 20));
  }
}

/** A venue that takes up what the chain says tells its clients to wait. */
async function patient<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await work();
    } catch (error) {
      const isWait = error instanceof ValidityRefusedError && ["RESTING", "OVERLOADED"].includes(error.wire);
      if (!isWait || tries > 200) throw error;
      await new Promise((next) => setTimeout(next, 20));
    }
  }
}

describe.skipIf(!library || !isBuilt)("two sequencers on one path", () => {
  let chain: LocalChain;
  let contracts: Awaited<ReturnType<typeof deploy>>;
  const venues: ValidityVenue[] = [];
  const clients: ValidityClient[] = [];
  const genesis = library ? genesisOf([perpetual], library) : undefined;

  const sequencer = async (
    poster: number,
    batchMs: number,
    dataDir = mkdtempSync(join(tmpdir(), "sealbook-two-")),
  ) => {
    const venue = await ValidityVenue.start({
      path: contracts.validityPath,
      poster: chain.wallet(poster) as never,
      leaves: unpackData(genesis!.leaves),
      markets: [perpetual],
      dataDir,
      serve: { host: "127.0.0.1", tcpPort: 0, httpPort: 0 },
      prove: async () => Buffer.from("00", "hex"),
      batchMs,
      pollMs: 20,
      logLevel: "silent",
      library: library!,
    });
    venues.push(venue);
    return { venue, dataDir };
  };
  const join_ = async (index: number) => {
    const wallet = chain.wallet(5 + index);
    await fundAndDeposit(wallet, contracts, 100_000_000n);
    const [x, y] = sessionKeyOf(700n + BigInt(index));
    const inbox = new Contract(contracts.inbox, interfaceOf("Inbox"), new NonceManager(wallet));
    await (await inbox.getFunction("registerKey")(0, toBeHex(x, 32), toBeHex(y, 32))).wait();
  };
  const connected = async (venue: ValidityVenue, index: number) => {
    let client: ValidityClient | undefined;
    await until(async () => {
      client = await connectValidity({
        address: `tcp://127.0.0.1:${venue.endpoints.tcp.port}`,
        venue: { chainId: 31_337n, settlement: contracts.settlement },
        account: index + 1,
        secret: 700n + BigInt(index),
      }).catch((error) => {
        if (error instanceof ValidityRefusedError) return undefined;
        throw error;
      });
      return client !== undefined;
    });
    clients.push(client!);
    return client!;
  };

  beforeAll(async () => {
    chain = await startAnvil({ blockSeconds: 0 });
    const deployer = chain.wallet(0);
    const sent = await deployer.sendTransaction({ data: YES });
    const address = (await sent.wait())!.contractAddress!;
    contracts = await deploy(new NonceManager(deployer), {
      ...simulatedOptions({ seed: new Uint8Array(32).fill(7), image: toUtf8Bytes("no enclave") }),
      genesisStateRoot: genesis!.stateRoot,
      validity: { verifier: { address, instruments: 2, operations: 2 }, isOpenAtBirth: true },
    });
  });
  afterAll(async () => {
    for (const client of clients) client.close();
    for (const venue of venues) await venue.close();
    await chain?.stop();
  });

  it("the slower one follows the faster, loses nothing it acknowledged, and tells its clients how far the chain is", async () => {
    const { venue: slow, dataDir } = await sequencer(1, 1_500);
    await join_(0);
    await join_(1);
    const [seller, buyer] = [await connected(slow, 0), await connected(slow, 1)];
    await until(() => slow.desk.sequencer.inboxCursor === 6 && slow.desk.backlog === 0);

    await seller.submit({ instrument: 1, isBuy: false, price: 50_000n, lots: 5n });
    const bought = await buyer.submit({ instrument: 1, isBuy: true, price: 50_000n, lots: 2n });
    expect(bought.filled).toBe(2n);

    const { venue: fast } = await sequencer(2, 20);
    await join_(2);
    await until(() => fast.accepted.length > 0 && slow.overtaken > 0 && !slow.desk.isResting);
    expect(slow.resumed).toMatchObject({ voided: [], changed: [] });
    await until(() => slow.desk.sequencer.inboxCursor === 9);
    const account = await patient(() => buyer.account());
    expect(account.positions.map(({ size }) => size)).toEqual([2n]);

    // Its own batch goes on top of the other's; a restart finds everything on the chain.
    const { sequence } = await patient(() => buyer.withdraw(1_000_000n));
    await buyer.untilProven(sequence);
    await until(() => fast.desk.sequencer.inboxCursor === 9 && !fast.desk.isResting);
    venues.splice(venues.indexOf(slow), 1);
    await slow.close();
    const { venue: again } = await sequencer(1, 600_000, dataDir);
    expect(again.resumed).toMatchObject({ voided: [], changed: [] });
    expect(again.desk.sequencer.orders.open.map(({ left }) => left)).toEqual([3n]);
    expect(again.desk.sequencer.waiting).toBe(0);
  }, 120_000);

  it("a folder is one server's, and a harmed log is not gone on from", async () => {
    const { venue, dataDir } = await sequencer(3, 600_000);
    await until(() => venue.desk.sequencer.inboxCursor === 9);
    await expect(sequencer(3, 600_000, dataDir)).rejects.toMatchObject({ code: "E_DATA_LOCKED" });
    const { venue: other, dataDir: folder } = await sequencer(4, 600_000);
    venues.splice(venues.indexOf(other), 1);
    await other.close();
    const file = join(folder, "commands.log");
    writeFileSync(file, Buffer.concat([Buffer.from("NOTALOG1"), readFileSync(file).subarray(8)]));
    await expect(sequencer(4, 600_000, folder)).rejects.toMatchObject({ code: "E_NOT_A_JOURNAL" });
  }, 60_000);
});
