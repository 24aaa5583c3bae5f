import { type ConnectedTrader, connectTrader, ticksOf, Venue } from "@sealbook/cli/devnet";
import type { AccountEvent, Liquidated } from "@sealbook/wire";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chainHead, claimAll, closeBatch, tokenBalance, until } from "./on-chain.ts";

/**
 * The honest floor: two users deposit, verify the enclave, trade; one is liquidated; the host is killed and restarted; both leave with
 * what is theirs, to the unit. Every expected amount is worked out here from FORMULAS 1.2 and 1.8, not read back from the venue.
 */
const dollar = 1_000_000n;
const insurance = 10_000n * dollar;
const deposits = [10_000n * dollar, 1_000n * dollar] as const;
const lots = 300; // 0.3 BTC

describe("deposit, trade, liquidation, crash, withdrawal", () => {
  let venue: Venue;
  let rich: ConnectedTrader;
  let poor: ConnectedTrader;

  beforeAll(async () => {
    venue = await Venue.start({ insurance });
  });
  afterAll(async () => {
    rich?.close();
    poor?.close();
    await venue?.stop();
  });

  test("to the unit", async () => {
    const market = venue.markets[0];
    if (!market) throw new Error("no market");
    const { instrument, tickValue } = market;

    // Both deposit on chain; both verify the quote, the measurement and the report data before a byte of an order leaves them.
    await Promise.all(deposits.map((amount, i) => venue.deposit(i, amount)));
    rich = await connectTrader(venue, 0);
    poor = await connectTrader(venue, 1);
    expect(rich.client.enclave?.signer.toLowerCase()).toBe(venue.ready.signer.toLowerCase());

    // Through TCP: the poor one buys 0.3 BTC at $60,000 and pays the taker's fee, rounded up.
    const entry = ticksOf(market, 60_000_000n);
    await rich.client.place({ instrument, side: "sell", priceTicks: entry, lots });
    const bought = await poor.client.place({ instrument, side: "buy", priceTicks: entry, lots });
    expect(bought.filledLots).toBe(lots);
    const notional = BigInt(entry) * BigInt(lots) * tickValue;
    const fee = ceilDiv(notional * BigInt(market.takerFeePpm), 1_000_000n);
    expect(await account(poor)).toMatchObject({ collateral: deposits[1] - fee, equity: deposits[1] - fee });

    // The rich one bids below; then the index falls to $57,500: the poor one's equity is under maintenance, and its position goes
    // to that bid, which is better than the zero price.
    const bid = ticksOf(market, 57_400_000n);
    await rich.client.place({ instrument, side: "buy", priceTicks: bid, lots });
    const liquidated = new Promise<Liquidated>((done) => poor.client.on("liquidated", done));
    await venue.oracle.publish([57_500_000n, 30_000_000n]);
    const { fee: liquidationFee } = await liquidated;

    const proceeds = BigInt(bid) * BigInt(lots) * tickValue;
    const loss = notional - proceeds;
    const left = deposits[1] - fee - loss - liquidationFee;
    expect(liquidationFee).toBeGreaterThan(0n);
    expect(liquidationFee).toBeLessThanOrEqual(
      ceilDiv(proceeds * BigInt(market.liquidationFeePpm), 1_000_000n),
    );
    expect(left).toBeGreaterThan(0n);
    expect(await account(poor)).toMatchObject({ collateral: left, equity: left, positions: [] });
    expect(await account(rich)).toMatchObject({
      collateral: deposits[0] + loss,
      equity: deposits[0] + loss,
      positions: [],
    });

    // Killed, not stopped. Started again on the same folder, it has the same accounts under a new epoch and a new key.
    const old = venue.ready;
    rich.close();
    poor.close();
    await venue.host.kill();
    await venue.restartHost();
    expect(venue.ready.epoch).toBe(old.epoch + 1);
    expect(venue.ready.signer).not.toBe(old.signer);
    rich = await connectTrader(venue, 0);
    poor = await connectTrader(venue, 1);
    expect(await account(rich)).toMatchObject({ collateral: deposits[0] + loss });
    expect(await account(poor)).toMatchObject({ collateral: left });

    // Both leave. What arrives on chain is exactly theirs; what stays in the vault is exactly the insurance fund's.
    await rich.client.withdraw(deposits[0] + loss);
    const withdrawn = await poor.client.withdraw(left);
    await closeBatch(venue);
    await until("the batch on chain", async () =>
      (await chainHead(venue)).lastSequence >= withdrawn.sequence ? true : undefined,
    );
    expect(await claimAll(venue, 0)).toBe(deposits[0] + loss);
    expect(await claimAll(venue, 1)).toBe(left);
    expect(await tokenBalance(venue, venue.contracts.vault)).toBe(insurance + fee + liquidationFee);
  });
});

function account(trader: ConnectedTrader): Promise<AccountEvent> {
  return trader.client.account();
}

function ceilDiv(a: bigint, b: bigint): bigint {
  return (a + b - 1n) / b;
}
