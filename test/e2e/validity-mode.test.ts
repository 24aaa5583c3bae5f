import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { filledOf, instrumentOf, type SignedOrder, stateRoot } from "@sealbook/circuits";
import { stepOf } from "@sealbook/cli/prove";
import { ValidityEngine, ValiditySequencer } from "@sealbook/cli/validity";
import { ValiditySigner } from "@sealbook/sdk";
import type { InstrumentConfig } from "@sealbook/wire";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { recover } from "../../cli/src/recover/recover.ts";
import { ProvenVenue, perpetual } from "./proven-venue.ts";

/** The engine's library: release, or of a debug build. */
const library = ["release", "debug"]
  .map((profile) => resolve(import.meta.dirname, `../../enclave/target/${profile}/libsealbook_sim.so`))
  .find((path) => existsSync(path));

const market: InstrumentConfig = {
  instrument: 1,
  symbol: "BTC-PERP",
  kind: "perpetual",
  tickValue: perpetual.tickValue,
  lotsMax: Number(perpetual.lotsMax),
  priceTicksMax: Number(perpetual.priceTicksMax),
  initialPpm: Number(perpetual.initialPpm),
  maintenancePpm: Number(perpetual.maintenancePpm),
  makerFeePpm: Number(perpetual.makerFee),
  takerFeePpm: Number(perpetual.takerFee),
  liquidationFeePpm: 0,
  index: perpetual.index,
};

/** No enclave ever: keys sign, the engine matches, proofs of two operations carry what it did. */
describe.skipIf(!library)("a venue in validity mode", () => {
  let venue: ProvenVenue;
  let engine: ValidityEngine;
  let sequencer: ValiditySequencer;
  let signers: ValiditySigner[];
  const prove = async () => {
    const { batch, entries } = sequencer.close(BigInt(await venue.now()) * 1_000_000n);
    const proven = await venue.prover.prove(venue.program, batch.inputs);
    const isNew = batch.published.round > (await venue.chain.present()).oracleRound;
    const signatures = isNew ? await venue.oracleSignatures(batch) : [];
    await venue.advance(stepOf(batch, proven, entries, signatures));
    expect((await venue.chain.present()).stateRoot).toBe(stateRoot(sequencer.state));
    return batch;
  };

  beforeAll(async () => {
    engine = new ValidityEngine([market], library);
    venue = await ProvenVenue.start("batch2", true, instrumentOf(engine.instrument(1)!));
    const { domain, isOpen } = await venue.chain.present();
    expect(isOpen).toBe(true);
    const state = ValiditySequencer.genesis(engine, [market]);
    const time = BigInt(await venue.now()) * 1_000_000n;
    sequencer = new ValiditySequencer({
      engine,
      instruments: [market],
      shape: venue.shape,
      domain,
      state,
      time,
    });
    const traders = [await venue.join(100_000_000n), await venue.join(100_000_000n)];
    signers = traders.map(({ secret }, at) => new ValiditySigner({ account: at + 1, domain, secret }));
  }, 480_000);
  afterAll(() => {
    venue?.stop();
    engine?.close();
  });

  test("carries deposits and keys by proof", async () => {
    const kinds: string[] = [];
    for (let entries = await venue.pending(); entries.length > 0; entries = await venue.pending()) {
      sequencer.inbox(entries.slice(0, venue.shape.operations));
      const { published } = await prove();
      kinds.push(...published.effects.map(({ kind }) => kind));
    }
    expect(kinds).toEqual(["deposit", "key", "key", "deposit", "key", "key"]);
  }, 600_000);

  test("matches signed orders as the engine does, and proves it", async () => {
    const expiry = 2n ** 63n;
    const time = BigInt(await venue.now()) * 1_000_000n;
    sequencer.round(1n, time, [{ instrument: 1, index: 50_000_000n }]);
    const sell = signers[0]!.order({ instrument: 1, isBuy: false, price: 50_000n, lots: 5n, expiry });
    const buy = signers[1]!.order({ instrument: 1, isBuy: true, price: 50_100n, lots: 3n, expiry });
    expect(sequencer.order(sell).filled).toBe(0n);
    const forged: SignedOrder = { ...buy, lots: 4n };
    expect(() => sequencer.order(forged)).toThrow("BAD_SIGNATURE");
    expect(sequencer.order(buy).filled).toBe(3n);
    sequencer.withdraw(signers[1]!.withdrawal(1_000_000n, 1n));
    const batch = await prove();
    expect(batch.published.effects[0]).toMatchObject({
      kind: "trade",
      maker: 1,
      taker: 2,
      price: 50_000n,
      lots: 3n,
    });
    expect(filledOf(sequencer.state.fills.get(1)!, sell.id).lots).toBe(3n);
    expect(await venue.collect(venue.traders[1]!)).toBe(1_000_000n);
  }, 600_000);

  test("is recovered from words alone and the leaves it was deployed with: deposits, keys, positions", async () => {
    const out = mkdtempSync(join(tmpdir(), "sealbook-validity-recover-"));
    const genesis = join(out, "genesis.bin");
    writeFileSync(genesis, venue.genesis);
    const { summary, balances } = await recover({
      rpcUrls: [venue.anvil.provider._getConnection().url],
      settlement: venue.addresses.settlement,
      out,
      blobs: [],
      genesis,
      fromBlock: 0,
      toBlock: "latest",
    });
    expect(summary).toMatchObject({ batch: 4, batchesApplied: 4, provenApplied: 4 });
    expect(BigInt(summary.stateRoot)).toBe((await venue.chain.present()).stateRoot);
    // 100 in each; three lots at 50 are 150: a rebate of 100 ppm for the maker, a fee of 500 ppm and a withdrawal of 1 for the taker.
    const found = balances.map(({ collateral, positions }) => [
      collateral,
      positions.map(({ size }) => size),
    ]);
    expect(found).toEqual([
      ["60000", []],
      ["100015000", ["-3"]],
      ["98925000", ["3"]],
    ]);
  }, 60_000);
});
