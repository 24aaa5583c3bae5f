import { type ConnectedTrader, connectTrader, Venue } from "@sealbook/cli/devnet";
import type { HostStatus } from "@sealbook/host";
import { afterAll, beforeAll, expect, test } from "vitest";
import { chainHead, closeBatch, getJson, until } from "./on-chain.ts";
import { RpcProxy } from "./rpc-proxy.ts";

/** What chains do to a poster: transactions dropped, blocks too dear, nodes that lie, lag or are gone (F51–F54), on a real node. */
const STUCK_MS = 800;
let venue: Venue;
let trader: ConnectedTrader;
const proxies: RpcProxy[] = [];

beforeAll(async () => {
  venue = await Venue.start({
    chain: { data: "calldata", stuckMs: STUCK_MS, lagReduceOnlyMs: 3000, lagHaltMs: 100_000 },
  });
  for (let i = 0; i < 3; i += 1) proxies.push(await RpcProxy.start(venue.chain.url));
  await venue.host.stop();
  const [rpcUrl, ...rpcUrls] = proxies.map(({ url }) => url);
  await venue.restartHost({ chain: { rpcUrl, rpcUrls } });
  await venue.deposit(0, 1_000_000_000n);
  trader = await connectTrader(venue, 0);
});
afterAll(async () => {
  trader?.close();
  await venue?.stop();
  for (const proxy of proxies) proxy.stop();
});

const send = (method: string, params: unknown[] = []) => venue.chain.provider.send(method, params);
const status = async () => (await getJson<HostStatus>(venue, "/v1/status")).chain;

async function settled(sequence: bigint): Promise<void> {
  await until(`sequence ${sequence} on chain`, async () =>
    (await chainHead(venue)).lastSequence >= sequence ? true : undefined,
  );
}

/** Something to post: the sequence it ends at. */
async function newBatch(): Promise<bigint> {
  const { sequence } = await trader.client.ping();
  await closeBatch(venue);
  return sequence;
}

interface PoolTransaction {
  hash: string;
  nonce: string;
  input: string;
  maxFeePerGas: string;
}

/** The poster's transactions that wait. */
async function waiting(): Promise<PoolTransaction[]> {
  const { pending, queued } = (await send("txpool_content")) as Record<
    "pending" | "queued",
    Record<string, Record<string, PoolTransaction>>
  >;
  return [pending, queued].flatMap((pool) =>
    Object.values(pool).flatMap((byNonce) => Object.values(byNonce)),
  );
}

test("a dropped transaction is sent again, the same (F54)", async () => {
  await settled(await newBatch());
  await send("evm_setAutomine", [false]);
  const sequence = await newBatch();
  const [first] = await until("it in the pool", async () => {
    const pool = await waiting();
    return pool.length > 0 ? pool : undefined;
  });
  await send("anvil_dropTransaction", [first!.hash]);
  const [again] = await until("it in the pool again", async () => {
    const pool = await waiting();
    return pool.length > 0 ? pool : undefined;
  });
  expect([again!.nonce, again!.input]).toEqual([first!.nonce, first!.input]);
  await send("evm_setAutomine", [true]);
  await send("anvil_mine", ["0x1"]);
  await settled(sequence);
}, 120_000);

test("blocks a hundred times dearer: the same nonce and calldata for more, until it is mined (F53)", async () => {
  await send("evm_setAutomine", [false]);
  const bumpsBefore = (await status()).bumps;
  const sequence = await newBatch();
  const [first] = await until("it in the pool", async () => {
    const pool = await waiting();
    return pool.length > 0 ? pool : undefined;
  });
  const dear = (BigInt(first!.maxFeePerGas) * 3n) / 2n;
  await send("anvil_setNextBlockBaseFeePerGas", [`0x${dear.toString(16)}`]);
  await send("anvil_mine", ["0x1"]);
  expect((await chainHead(venue)).lastSequence).toBeLessThan(sequence);
  await send("anvil_setNextBlockBaseFeePerGas", [`0x${dear.toString(16)}`]);
  const better = await until("a better offer", async () =>
    (await waiting()).find(({ maxFeePerGas }) => BigInt(maxFeePerGas) > dear),
  );
  expect([better.nonce, better.input]).toEqual([first!.nonce, first!.input]);
  expect((await status()).bumps).toBeGreaterThan(bumpsBefore);
  await send("anvil_mine", ["0x1"]);
  await send("evm_setAutomine", [true]);
  await settled(sequence);
}, 120_000);

test("of three nodes one lies, one lags, one is gone: named, outvoted, and the venue goes on (F51, F52)", async () => {
  const fault = async (index: number) => (await status()).sources[index]?.fault;
  proxies[1]!.bend = (method, result) =>
    method === "eth_getBlockByNumber" && result !== null
      ? { ...(result as object), hash: `0x${"66".repeat(32)}` }
      : result;
  await until("the liar to be named", async () => ((await fault(1)) === "lying" ? true : undefined));
  await settled(await newBatch());
  proxies[1]!.bend = undefined;
  await until("it to be believed again", async () => ((await fault(1)) === undefined ? true : undefined));

  await send("anvil_mine", ["0x8"]);
  proxies[2]!.lag = 6;
  await until("the laggard to be named", async () => ((await fault(2)) === "lagging" ? true : undefined));
  await settled(await newBatch());
  proxies[2]!.lag = 0;

  proxies[0]!.isDown = true;
  await until("the missing one to be named", async () => ((await fault(0)) === "down" ? true : undefined));
  await settled(await newBatch());
  proxies[0]!.isDown = false;
}, 120_000);

test("without a quorum trading goes on to the lag cap, then only reduces; and all comes back by itself (F51)", async () => {
  for (const proxy of proxies) proxy.isDown = true;
  const sequence = await newBatch();
  expect((await trader.client.ping()).sequence).toBeGreaterThan(sequence);
  await until("reduce-only", async () => ((await status()).restriction === "reduce-only" ? true : undefined));
  const opening = trader.client.place({
    instrument: 1,
    side: "buy",
    kind: "limit",
    timeInForce: "good-till-cancel",
    priceTicks: 1000,
    lots: 1,
    postOnly: false,
    reduceOnly: false,
  });
  await expect(opening).rejects.toThrow();
  for (const proxy of proxies) proxy.isDown = false;
  await settled(sequence);
  await until("no restriction", async () => ((await status()).restriction === "none" ? true : undefined));
}, 120_000);
