import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ConnectedTrader, connectTrader, enclaveLibrary, Venue } from "@sealbook/cli/devnet";
import { contractAt, simulatedMeasurement } from "@sealbook/contracts";
import {
  type Challenge,
  emitEvidence,
  equivocationOf,
  fetchHead,
  ReceiptBook,
  type SignedHeadRecord,
} from "@sealbook/sdk";
import { HEAD_TYPES } from "@sealbook/wire";
import { packData } from "@sealbook/wire/state";
import { type HDNodeWallet, NonceManager } from "ethers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { warpPast } from "../../cli/src/drill/time.ts";
import { type CliRun, sealbook } from "./cli-run.ts";
import { chainHead, closeBatch, tokenBalance, until } from "./on-chain.ts";
import { acceptOneKeyBatch, domainOf, openOneKeyEpoch } from "./one-key-enclave.ts";

/**
 * The receipt court as a user and an operator meet it: evidence files, the command line as a process, a chain, and what is in which wallet
 * afterwards. Heads are the enclave's own, as the host shows them; the two of one place are signed by a key that is attested like the enclave
 * and lies.
 */
const BOND = 1_000_000_003n;
/** What a devnet's court takes for a challenge (`PRODUCTION_EXIT`). */
const STAKE = 100_000_000n;
const REWARD = (BOND * 250_000n) / 1_000_000n;

let venue: Venue;
let trader: ConnectedTrader;
let reporter: HDNodeWallet;
let operator: HDNodeWallet;
let folder: string;
let heads: SignedHeadRecord[];
const identity = () => ({ chainId: venue.chainId, settlement: venue.contracts.settlement });
const court = () => contractAt("ReceiptCourt", venue.contracts.receiptCourt, venue.chain.provider);
const bonded = async () => (await court().getFunction("bonded")()) as bigint;
const has = (wallet: HDNodeWallet) => tokenBalance(venue, wallet.address);

beforeAll(async () => {
  venue = await Venue.start({ chain: { data: "calldata" }, batchUsMax: 3_600_000_000n });
  [operator, reporter] = [venue.chain.wallet(1), venue.chain.wallet(19)];
  folder = mkdtempSync(join(tmpdir(), "sealbook-court-"));
  for (const [name, wallet] of Object.entries({ operator, reporter }))
    writeFileSync(join(folder, name), wallet.privateKey, { mode: 0o600 });
  await venue.deposit(0, 1_000_000_000n);
  await mint(reporter, 10n * STAKE);
  await bond();
  trader = await connectTrader(venue, 0);
  heads = await signedHeads(3);
});
afterAll(async () => {
  trader?.close();
  await venue?.stop();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

async function mint(wallet: HDNodeWallet, amount: bigint): Promise<void> {
  const token = contractAt("DevToken", venue.contracts.token, venue.chain.wallet(18));
  await (await token.getFunction("mint")(wallet.address, amount)).wait();
}

/** Anyone may add to the operator's bond. */
async function bond(): Promise<void> {
  const wallet = venue.chain.wallet(17);
  await mint(wallet, BOND);
  const signer = new NonceManager(wallet);
  const { token, receiptCourt } = venue.contracts;
  await (await contractAt("DevToken", token, signer).getFunction("approve")(receiptCourt, BOND)).wait();
  await (await contractAt("ReceiptCourt", receiptCourt, signer).getFunction("bond")(BOND)).wait();
}

/** Heads of different places inside the first batch, as the enclave signed them. */
async function signedHeads(count: number): Promise<SignedHeadRecord[]> {
  const book = await ReceiptBook.open({ venue: identity() });
  const found: SignedHeadRecord[] = [];
  while (found.length < count) {
    const { sequence } = await trader.client.ping();
    const head = await until("a signed head", async () => {
      const seen = await fetchHead(venue.ready.endpoints.http, book, venue.ready.signer);
      return seen.sequence >= sequence ? seen : undefined;
    });
    found.push(head);
  }
  const { sequence } = await trader.client.ping();
  await closeBatch(venue);
  await until("the batch", async () =>
    (await chainHead(venue)).lastSequence >= sequence ? true : undefined,
  );
  return found;
}

function challengeFile(head: SignedHeadRecord): string {
  const evidence: Challenge = {
    kind: "challenge",
    venue: identity(),
    signer: venue.ready.signer,
    heads: [head],
  };
  return written(`challenge-${head.sequence}.json`, emitEvidence(evidence));
}

function written(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

const where = () => ["--rpc", venue.chain.url, "--court", venue.contracts.receiptCourt];
const accuse = (file: string): Promise<CliRun> =>
  sealbook("receipt", "accuse", file, ...where(), "--key-file", join(folder, "reporter"));
const answer = (...from: string[]): Promise<CliRun> =>
  sealbook("receipt", "answer", ...where(), ...from, "--key-file", join(folder, "operator"));

test("a challenge of an honest head is answered from the live host and costs the challenger", async () => {
  const file = challengeFile(heads[0]!);
  const [before, operatorBefore] = [await has(reporter), await has(operator)];
  const opened = await accuse(file);
  expect(opened, opened.stderr).toMatchObject({ code: 0 });
  expect(opened.stderr).toContain("Run this again");
  expect(await has(reporter)).toBe(before - STAKE);

  const early = await accuse(file);
  expect(early.code).toBe(1);
  expect(early.stderr).toMatch(/Challenge 1 is open: the operator may answer until 20\d\d-/);

  const answered = await answer("--host", venue.ready.endpoints.http);
  expect(answered, answered.stderr).toMatchObject({ code: 0 });
  expect(await has(operator)).toBe(operatorBefore + STAKE);

  const late = await accuse(file);
  expect(late.code).toBe(1);
  expect(late.stderr).toContain("Challenge 1 was answered");
  expect(await has(reporter)).toBe(before - STAKE);
  expect(await bonded()).toBe(BOND);
});

test("the operator answers from the journal when the host is dead; unanswered, the bond is lost", async () => {
  trader.close();
  await venue.host.kill();
  const answeredFile = challengeFile(heads[1]!);
  expect((await accuse(answeredFile)).code).toBe(0);
  const answered = await answer("--data", join(venue.dataDir, "host"));
  expect(answered, answered.stderr).toMatchObject({ code: 0 });

  const file = challengeFile(heads[2]!);
  expect((await accuse(file)).code).toBe(0);
  const { answerUntil } = await court().getFunction("challengeOf")(3);
  const [before, vaultBefore] = [await has(reporter), await tokenBalance(venue, venue.contracts.vault)];
  await warpPast(venue.chain.provider, Number(answerUntil));
  const tooLate = await answer("--data", join(venue.dataDir, "host"));
  expect(tooLate.code).toBe(1);
  expect(tooLate.stderr).toContain("Challenge 3: the time to answer is over");

  const upheld = await accuse(file);
  expect(upheld, upheld.stderr).toMatchObject({ code: 0 });
  expect(await bonded()).toBe(0n);
  expect(await has(reporter)).toBe(before + REWARD + STAKE);
  expect(await tokenBalance(venue, venue.contracts.vault)).toBe(vaultBefore + BOND - REWARD);
});

/** An epoch of a key that is attested like the enclave and signs whatever it likes. */
async function lyingEpoch() {
  const settlement = contractAt("Settlement", venue.contracts.settlement, venue.chain.provider);
  const at = {
    ...identity(),
    registry: venue.contracts.registry,
    seed: venue.seed,
    measurement: simulatedMeasurement(readFileSync(enclaveLibrary)),
    configHash: (await settlement.getFunction("configHash")()) as string,
  };
  const sender = new NonceManager(operator);
  const enclave = await openOneKeyEpoch(at, sender);
  const { epoch, lastSequence, stateRoot } = await chainHead(venue);
  const sign = async (byte: string, sequence: bigint): Promise<SignedHeadRecord> => {
    const head = { epoch, sequence, chainHash: `0x${byte.repeat(32)}` };
    return { ...head, signature: await enclave.signTypedData(domainOf(at), HEAD_TYPES, head) };
  };
  return { at, sender, enclave, lastSequence, stateRoot, sign };
}

/** Accuses, and looks where the bond went. */
async function expectConviction(file: string): Promise<void> {
  const [before, vaultBefore] = [await has(reporter), await tokenBalance(venue, venue.contracts.vault)];
  const convicted = await accuse(file);
  expect(convicted, convicted.stderr).toMatchObject({ code: 0 });
  expect(await bonded()).toBe(0n);
  expect(await has(reporter)).toBe(before + REWARD);
  expect(await tokenBalance(venue, venue.contracts.vault)).toBe(vaultBefore + BOND - REWARD);
}

test("two heads of one place cost the bond at once, and once", async () => {
  const { lastSequence, sign } = await lyingEpoch();
  const place = lastSequence + 5n;
  const evidence = equivocationOf(identity(), await sign("aa", place), await sign("bb", place));
  const file = written("equivocation.json", emitEvidence(evidence!));
  const verified = await sealbook("receipt", "verify", file, "--rpc", venue.chain.url);
  expect(verified, verified.stderr).toMatchObject({ code: 0 });
  await bond();
  await expectConviction(file);
  const again = await accuse(file);
  expect(again.code).toBe(1);
  expect(again.stderr).toContain("EpochAlreadySlashed");
});

test("a head that a batch contradicts costs it too", async () => {
  const { at, sender, enclave, lastSequence, stateRoot, sign } = await lyingEpoch();
  const data = packData({ oracleRound: 0n, nextAccount: 1, accounts: [], instruments: [], withdrawals: [] });
  await acceptOneKeyBatch(at, enclave, sender, {
    data,
    stateRootBefore: BigInt(stateRoot),
    stateRootAfter: BigInt(stateRoot),
    oracleRound: 0n,
    closedAt: BigInt((await venue.chain.provider.getBlock("latest"))!.timestamp),
  });
  const end = (await chainHead(venue)).lastSequence;
  expect(end).toBeGreaterThan(lastSequence);
  const evidence: Challenge = {
    kind: "challenge",
    venue: identity(),
    signer: enclave.address,
    heads: [await sign("cc", end)],
  };
  await bond();
  await expectConviction(written("contradiction.json", emitEvidence(evidence)));
});
