/**
 * What a batch of 1,000 trades costs, from the enclave's close to the chain's gas: `node scripts/batch-cost.ts blobs|calldata [accounts]`.
 * Half of the accounts sell, half buy, one lot a trade. Prints one JSON line.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { connectTrader, markets, ticksOf, Venue } from "@sealbook/cli/devnet";
import { contractAt } from "@sealbook/contracts";
import type { HostStatus } from "@sealbook/host";
import type { Command } from "@sealbook/wire";

const TRADES = 1_000;
const PER_FRAME = 50;
const data = process.argv[2] === "calldata" ? "calldata" : "blobs";
const accounts = Number(process.argv[3] ?? 8);

const venue = await Venue.start({ chain: { data }, batchUsMax: 600_000_000n });
const status = async () =>
  (await (await fetch(`${venue.ready.endpoints.http}/v1/status`)).json()) as HostStatus;
const close = () => fetch(`${venue.ready.endpoints.http}/v1/close-batch`, { method: "POST" });
const settlement = contractAt("Settlement", venue.contracts.settlement, venue.chain.provider);
const settled = async (sequence: bigint) => {
  while ((await settlement.getFunction("head")())[2] < sequence) await sleep(50);
};

try {
  for (let i = 0; i < accounts; i += 1) await venue.deposit(i, 1_000_000_000_000n);
  const traders = [];
  for (let i = 0; i < accounts; i += 1) traders.push(await connectTrader(venue, i));
  const market = markets[0]!;
  const price = ticksOf(market, market.index);
  const order = (side: "buy" | "sell", lots: number): Command => ({
    type: "place",
    clientId: null,
    instrument: market.instrument,
    side,
    kind: "limit",
    timeInForce: "good-till-cancel",
    priceTicks: price,
    lots,
    postOnly: false,
    reduceOnly: false,
  });
  await close();
  await settled((await traders[0]!.client.ping()).sequence - 1n);

  const pairs = accounts / 2;
  const before = (await status()).enclave;
  for (let pair = 0; pair < pairs; pair += 1) {
    const share = Math.floor(TRADES / pairs);
    await traders[pair]!.send([order("sell", share)]);
    for (let done = 0; done < share; done += PER_FRAME) {
      const count = Math.min(PER_FRAME, share - done);
      await traders[pairs + pair]!.send(Array.from({ length: count }, () => order("buy", 1)));
    }
  }
  const { sequence } = await traders[0]!.client.ping();
  await close();
  await settled(sequence);
  const trades = Number((await status()).enclave.trades) - Number(before.trades);
  const head = await settlement.getFunction("head")();
  const [log] = (await settlement.queryFilter(settlement.filters.BatchAccepted!(head[1]), 0, "latest")).slice(
    -1,
  );
  const receipt = await venue.chain.provider.getTransactionReceipt(log!.transactionHash);
  const batch = (await (await fetch(`${venue.ready.endpoints.http}/v1/batches/${head[1]}`)).json()) as {
    data: string;
  };
  const bytes = (batch.data.length - 2) / 2;
  const gas = Number(receipt!.gasUsed);
  const { batchCloseUs } = (await status()).enclave;
  console.log(
    JSON.stringify({
      data,
      accounts,
      trades,
      bytes,
      gas,
      blobGas: Number(receipt!.blobGasUsed ?? 0n),
      bytesPerTrade: bytes / trades,
      gasPerTrade: gas / trades,
      batchCloseUs,
    }),
  );
  for (const trader of traders) trader.close();
} finally {
  await venue.stop();
}
