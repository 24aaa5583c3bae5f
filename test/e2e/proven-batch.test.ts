import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { applyBatch, type Batch, type Operation, stateRoot } from "@sealbook/circuits";
import {
  accountsByIdentity,
  type Entry,
  emitOrdersFile,
  inboxOperations,
  pathAbi,
  prove,
  provenData,
  type Step,
  stepOf,
} from "@sealbook/cli/prove";
import { packData, VenueState } from "@sealbook/wire/state";
import { toBeHex } from "ethers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { verifyBatch } from "../../cli/src/batch/verify.ts";
import { httpRpc } from "../../cli/src/chain/rpc.ts";
import { VenueChain } from "../../cli/src/chain/venue-chain.ts";
import { claimSteps } from "../../cli/src/escape/claim-steps.ts";
import { prepareEscape, sendSteps } from "../../cli/src/escape/escape.ts";
import type { Step as Deed } from "../../cli/src/escape/plan.ts";
import { openSender } from "../../cli/src/escape/sender.ts";
import { recover } from "../../cli/src/recover/recover.ts";
import { ProvenVenue } from "./proven-venue.ts";

/**
 * What is left after two trades of one lot, at 50.00 and back at 50.90 tokens. The second trader was maker, then taker: 80 in, a rebate of
 * 100 ppm, a loss of 0.90, a fee of 500 ppm; 73.905 were forced out (all but 10 % of the mark of 51), then 0.001 and 0.002 withdrawn.
 * The fund has the fees less the rebates. The first trader took everything.
 */
const LEFT = {
  second: 80_000_000n + 5_000n - 900_000n - 25_450n - 73_905_000n - 1_000n - 2_000n,
  fund: 25_000n - 5_000n + 25_450n - 5_090n,
};

/** The whole exit by proof with the smallest statement: the enclave is revoked, and two batches of two operations move the venue. */
describe("a venue whose enclave was revoked", () => {
  let venue: ProvenVenue;
  let step: Step;
  let entries: Entry[];
  let batch: Batch;
  /** As `sealbook recover` would have left them before the second proven batch. */
  let leaves: Uint8Array;

  const refusal = async (change: Partial<Step>): Promise<string> => {
    const data = pathAbi.encodeFunctionData("advance", [{ ...step, ...change }]);
    try {
      await venue.provider.call({ to: venue.path.path, data });
      return "accepted";
    } catch (error) {
      const revert = (error as { data?: string }).data ?? "0x";
      return pathAbi.parseError(revert)?.name ?? revert;
    }
  };
  /** All that whoever recovers is given: a node's address and the leaves at birth. The folder is new each time. */
  const byNode = () => {
    const out = mkdtempSync(join(tmpdir(), "sealbook-proven-recover-"));
    const genesis = join(out, "genesis.bin");
    writeFileSync(genesis, venue.genesis);
    const rpcUrls = [venue.anvil.provider._getConnection().url];
    return { rpcUrls, settlement: venue.addresses.settlement, out, blobs: [], genesis, fromBlock: 0 };
  };
  const ones = (word: bigint) => word ^ (1n << 200n);

  beforeAll(async () => {
    venue = await ProvenVenue.start("batch2");
    await venue.join(100_000_000n);
    await venue.join(80_000_000n);
    const ids = accountsByIdentity(venue.state);
    const opening = inboxOperations(venue.state, await venue.pending(), ids);
    await venue.signedBatch(opening, await venue.prices(1n, 50_000_000n));
    // The first trader buys one lot while the enclave lives.
    const [maker, taker] = [
      await venue.order(1, { isBuy: false, lots: 1n }),
      await venue.order(0, { isBuy: true, lots: 1n }),
    ];
    await venue.signedBatch(
      [{ kind: "trade", maker, taker, price: 50_000n, lots: 1n }],
      await venue.prices(2n, 50_000_000n),
    );
  }, 240_000);
  afterAll(() => venue?.stop());

  test("keeps the path closed while the enclave may sign", async () => {
    const { isOpen, held } = await venue.chain.present();
    expect([isOpen, held]).toEqual([false, 180_000_000n]);
    expect(held).toBe(venue.state.held);
  });

  test("is moved by a proof: a forced withdrawal and a trade at signed prices", async () => {
    await venue.send(venue.traders[1]!, "Inbox", "forceWithdraw", 0, 2n ** 64n - 1n);
    await venue.revoke();
    expect((await venue.chain.present()).isOpen).toBe(true);

    entries = await venue.pending();
    const forced = inboxOperations(venue.state, entries, accountsByIdentity(venue.state));
    const [maker, taker] = [
      await venue.order(0, { isBuy: false, lots: 3n, price: 50_500n }),
      await venue.order(1, { isBuy: true, lots: 1n, price: 51_000n }),
    ];
    const trade: Operation = { kind: "trade", maker, taker, price: 50_900n, lots: 1n };
    const { domain } = await venue.chain.present();
    const prices = await venue.prices(3n, 51_000_000n);
    batch = applyBatch(venue.state, venue.shape, domain, prices, [...forced, trade]);
    const proven = await venue.prover.prove(venue.program, batch.inputs);
    expect(proven.publicInputs.map(BigInt)).toEqual(batch.publicInputs);
    step = stepOf(batch, proven, entries, await venue.oracleSignatures(batch));
  }, 300_000);

  test("takes no other words, roots, proof, entries or prices", async () => {
    const words = [...step.words];
    const changed = (place: number, word: bigint) => words.map((old, at) => (at === place ? word : old));
    expect(await refusal({ words: changed(7, ones(words[7]!)) }), "an operation").toMatch(
      /ProofInvalid|Entry|^0x/,
    );
    expect(await refusal({ words: changed(9, words[9]! + (1n << 68n)) }), "a price").toMatch(
      /ProofInvalid|^0x/,
    );
    expect(await refusal({ words: changed(0, words[0]! + 1n) })).toBe("DomainMismatch");
    expect(await refusal({ words: changed(1, words[1]! + (1n << 64n)) }), "round").toBe("NotOracleSigner");
    expect(await refusal({ words: changed(2, 1n) })).toBe("FillsRootMismatch");
    expect(await refusal({ words: changed(4, words[4]! + 1n) })).toBe("HeldMismatch");
    expect(await refusal({ words: changed(6, words[6]! + (1n << 16n)) }), "mark").toBe("NotOracleSigner");
    const modulus = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;
    expect(await refusal({ words: changed(10, words[10]! + modulus) })).toBe("WordBeyondField");
    expect(await refusal({ words: words.slice(1) })).toBe("WordCount");
    expect(await refusal({ stateRootAfter: toBeHex(1n, 32) })).not.toBe("accepted");
    expect(await refusal({ digest: toBeHex(1n, 32) })).not.toBe("accepted");
    expect(await refusal({ proof: `${step.proof.slice(0, -2)}00` })).not.toBe("accepted");
    expect(await refusal({ entries: [] })).toBe("EntryMissing");
    expect(await refusal({ entries: [...step.entries, step.entries[0]!] })).toBe("EntriesLeft");
    const other = { ...step.entries[0]!, amount: 5n };
    expect(await refusal({ entries: [other] })).toBe("EntryContradicted");
    expect(await refusal({ oracleSignatures: step.oracleSignatures.slice(1) })).toBe(
      "OracleSignaturesMissing",
    );
    expect(await refusal({ oracleSignatures: [...step.oracleSignatures].reverse() })).toBe(
      "OracleSignersUnordered",
    );
    expect(await refusal({})).toBe("accepted");
  });

  test("is accepted, and pays without a cap what was forced", async () => {
    const gas = await venue.advance(step);
    if (process.env.SEALBOOK_FIGURES) console.log(`advance, N = 2: ${gas} gas`);
    expect(gas).toBeLessThan(1_300_000n);
    const present = await venue.chain.present();
    expect(present.stateRoot).toBe(stateRoot(venue.state));
    expect(present.held).toBe(venue.state.held);
    expect(present.fillsRoot).toBe(venue.state.fillTree.root);
    const forced = batch.published.effects[0] as { paid: bigint };
    expect(forced.paid).toBeGreaterThan(0n);
    expect(await venue.collect(venue.traders[1]!)).toBe(forced.paid);
  });

  test("cannot be moved by the same proof twice", async () => {
    expect(await refusal({})).not.toBe("accepted");
  });

  test("goes on without a new round, and everybody withdraws", async () => {
    const { domain } = await venue.chain.present();
    const prices = { ...(await venue.prices(3n, 51_000_000n)) };
    const both = [await venue.withdrawal(0, 100_880_090n), await venue.withdrawal(1, 1_000n)];
    const watcher = new VenueState();
    watcher.apply(venue.data());
    leaves = packData(venue.data());
    const second = applyBatch(venue.state, venue.shape, domain, prices, both);
    const proven = await venue.prover.prove(venue.program, second.inputs);
    await venue.advance(stepOf(second, proven, [], []));
    expect((await venue.chain.present()).stateRoot).toBe(stateRoot(venue.state));
    expect(await venue.collect(venue.traders[0]!)).toBe(100_880_090n);

    // Whoever recovers from the chain reads the same words there and ends at the same root.
    const published = await venue.chain.advanced();
    expect(published).toHaveLength(2);
    const data = provenData(watcher, published[1]!.words, venue.shape.instruments);
    watcher.apply(data);
    expect(watcher.stateRoot).toBe((await venue.chain.present()).stateRoot);
  }, 300_000);

  test("is moved by `sealbook prove` from files, which goes on where it was stopped", async () => {
    const folder = mkdtempSync(join(tmpdir(), "sealbook-prove-"));
    writeFileSync(join(folder, "leaves.bin"), leaves);
    const withdrawal = (await venue.withdrawal(1, 2_000n)) as Extract<Operation, { kind: "withdraw" }>;
    const { account, amount, signature } = withdrawal;
    const file = emitOrdersFile({ withdrawals: [{ account, amount, signature }], orders: [] });
    writeFileSync(join(folder, "orders.json"), file);
    const options = {
      rpcUrl: venue.anvil.provider._getConnection().url,
      path: venue.path.path,
      leaves: join(folder, "leaves.bin"),
      orders: join(folder, "orders.json"),
      out: folder,
    };
    const first = await prove(options);
    expect(first).toMatchObject({ batchNumber: 5, operations: 1, left: 0, isResumed: false });
    // The chain moves on: the batch keeps the time it was proven for, while that is fresh.
    await venue.anvil.provider.send("evm_mine", []);
    expect(await prove(options)).toMatchObject({ isResumed: true });
    const data = readFileSync(first.calldata, "utf8");
    const sent = await venue.anvil.deployer.sendTransaction({ to: venue.path.path, data });
    expect((await sent.wait())?.status).toBe(1);
    expect((await venue.chain.present()).batchNumber).toBe(5n);
  }, 300_000);

  test("is recovered from a node alone, across signed and proven batches, to the unit", async () => {
    const options = byNode();
    const third = (await venue.chain.path.queryFilter("Advanced"))[0]!.blockNumber;
    const half = (await recover({ ...options, toBlock: third })).summary;
    expect(half).toMatchObject({ batch: 3, batchesApplied: 3, provenApplied: 1 });

    const { summary, balances } = await recover({ ...options, toBlock: "latest" });
    const present = await venue.chain.present();
    expect(summary).toMatchObject({ batch: 5, resumedFrom: 3, batchesApplied: 2, provenApplied: 2 });
    expect(BigInt(summary.stateRoot)).toBe(present.stateRoot);
    // Written down from the two trades and what was paid, by neither engine nor circuit nor recovery: see LEFT.
    const found = balances.map(({ index, collateral, positions }) => ({ index, collateral, positions }));
    const flat = (index: number, amount: bigint) => ({ index, collateral: String(amount), positions: [] });
    expect(found).toEqual([flat(0, LEFT.fund), flat(1, 0n), flat(2, LEFT.second)]);
    expect(BigInt(summary.equityTotal)).toBe(present.held);

    for (const number of [2, 3, 5]) {
      const at = { ...options, rpcUrl: options.rpcUrls[0]!, state: options.out, number };
      const wrong = (await verifyBatch(at)).filter(({ isOk }) => !isOk);
      expect(wrong, `batch ${number}`).toEqual([]);
    }

    // In one go, and only with the leaves the venue was deployed with.
    const whole = byNode();
    await recover({ ...whole, toBlock: "latest" });
    expect(readFileSync(join(whole.out, "leaves.bin"))).toEqual(
      readFileSync(join(options.out, "leaves.bin")),
    );
    const { genesis: _, ...without } = byNode();
    await expect(recover({ ...without, toBlock: "latest" })).rejects.toThrow(
      /E_GENESIS: batch 1 starts from/,
    );
  }, 120_000);

  test("is closed again by a fresh enclave that opens an epoch on the proven root", async () => {
    await venue.openEpoch();
    const present = await venue.chain.present();
    expect(present.isOpen).toBe(false);
    expect(await refusal({})).toBe("PathClosed");
  });

  test("falls silent, is frozen on the proven root, and pays who escapes", async () => {
    const second = venue.traders[1]!;
    const options = { ...byNode(), account: second.wallet.address, canFreeze: true, provesDeficits: true };
    const keyFile = join(options.out, "key");
    writeFileSync(keyFile, second.wallet.privateKey);
    const token = () => venue.contract("DevToken").getFunction("balanceOf")(second.wallet.address);
    const rpc = httpRpc(options.rpcUrls[0]!);
    const deeds = async (fetched?: Deed[]) => {
      const plan = fetched === undefined ? await prepareEscape(options) : { steps: fetched };
      const sender = await openSender(rpc, { keyFile });
      try {
        await sendSteps(sender, plan.steps, () => {});
      } finally {
        sender.close();
      }
      return plan.steps.map(({ call }) => call);
    };
    const pass = async (seconds: number) => {
      await venue.anvil.provider.send("evm_increaseTime", [seconds]);
      await venue.anvil.provider.send("evm_mine", []);
    };
    expect(await deeds(), "too early to freeze").toEqual([]);
    await pass(86_401);
    expect(await deeds()).toEqual(["freeze", "splitRoot", "escape", "escape"]);
    await pass(86_401);
    const before = await token();
    expect(await deeds()).toEqual(["collect"]);
    expect((await token()) - before).toBe(LEFT.second);

    // What it withdrew in the last two proven batches: proven from the chain alone, whoever sends it, frozen or not.
    const chain = await VenueChain.open(rpc, options.settlement);
    const asked = { owner: second.wallet.address, fromBlock: 0, state: options.out, blobs: [] };
    expect(await deeds(await claimSteps(chain, asked))).toEqual(["claimProven", "claimProven"]);
    expect((await token()) - before).toBe(LEFT.second + 1_000n + 2_000n);
    expect(await claimSteps(chain, asked)).toEqual([]);
  }, 120_000);
});
