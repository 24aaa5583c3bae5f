import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { interfaceOf } from "@sealbook/contracts";
import { ZeroHash } from "ethers";
import type { RunProgram } from "./programs.ts";
import type { BenchVenue } from "./venue.ts";

/** Stands in for the measured programs and for a venue, so that the tests are about what is made of the figures. */

/** One run of `sealbook-load`: 50 µs and 100 bytes each way unless told. */
export function loadJson(
  kind: string,
  own: { p50?: number; rejects?: Record<string, number>; rate?: number } = {},
) {
  const p50 = own.p50 ?? 50_000;
  const latency = {
    p50,
    p90: p50 * 1.2,
    p99: p50 * 2,
    p999: p50 * 4,
    max: p50 * 8,
    buckets: [
      [p50, 99],
      [p50 * 2, 1],
    ],
  };
  const venue = kind === "venue" ? { rejects: own.rejects ?? {}, surprises: 0 } : {};
  const rate = own.rate ?? 200_000;
  return {
    kind,
    frames_per_s: rate,
    commands_per_s: rate,
    request_bytes_mean: 90,
    reply_bytes_mean: 130,
    latency_ns: latency,
    ...venue,
  };
}

const kindJson = {
  samples: 500_000,
  p50: 90,
  p99: 300,
  p999: 600,
  p9999: 2500,
  buckets: [
    [96, 400_000],
    [320, 100_000],
  ],
};

export const engineJson = {
  workload: "W1",
  seed: 42,
  ns_per_command: 80,
  ns_per_command_mean: 82,
  floor_ns_per_operation: 20,
  priced_floor_ns_per_operation: 32,
  ns_per_fill: 38,
  allocations: 0,
  commands: 2_000_000,
  kinds: { add: 500_000, cross_gtc: 500_000, ioc: 500_000, cancel: 500_000 },
  digest: "4252accc495cbd88",
  is_right: true,
  trades: 332_315,
  volume: 8_633_912,
  resting: 9_515,
  latency_ns: { all: kindJson, add: kindJson, cross_gtc: kindJson, ioc: kindJson, cancel: kindJson },
  floor_latency_ns: kindJson,
  priced_floor_latency_ns: kindJson,
};
export const shapesJson = {
  shapes: [
    { shape: "W1", commands: 2_000_000, trades: 332_315, ns_per_command: 80, ratio_to_w1: 1, is_right: true },
    {
      shape: "walk",
      commands: 1_000_000,
      trades: 500_000,
      ns_per_command: 120,
      ratio_to_w1: 1.5,
      is_right: true,
    },
  ],
};
export const riskJson = {
  accounts: 10_000,
  legs: 20,
  options: 500,
  scenarios: 33,
  pricing_us: 30_000,
  accounts_us: 20_000,
  round_us: 50_000,
  sweep_accounts: 10_000,
  sweep_index_us: 100,
  sweep_all_us: 900,
};
export const memoryJson = {
  orders: 1_000_000,
  accounts: 1_000_000,
  rss_start_bytes: 2 ** 21,
  rss_orders_empty_bytes: 2 ** 26,
  rss_orders_bytes: 2 ** 27,
  bytes_per_order: 105,
  rss_accounts_empty_bytes: 2 ** 25,
  rss_accounts_bytes: 2 ** 30,
  bytes_per_account: 1_782,
};
const simJson: Record<string, unknown> = {
  "bench-engine": engineJson,
  "bench-shapes": shapesJson,
  "bench-risk": riskJson,
  "bench-memory": memoryJson,
};
export const ringJson = {
  floor_ns: { p50: 300, p99: 500, p999: 900 },
  aead_ns: { p50: 1500, p99: 3000, p999: 9000 },
};

export interface Call {
  program: string;
  args: string[];
  environment: Record<string, string>;
}

/** Answers every program with the figures above; `override` may change single answers. Keeps what it was asked. */
export function fakePrograms(override: (call: Call) => unknown = () => undefined): {
  run: RunProgram;
  calls: Call[];
} {
  const calls: Call[] = [];
  const run: RunProgram = async (program, args, options = {}) => {
    const call = { program, args, environment: options.environment ?? {} };
    calls.push(call);
    const own = override(call);
    if (own !== undefined) return own;
    if (program === "sealbook-sim") return simJson[args[0] ?? ""];
    return program === "ring-latency" ? ringJson : loadJson(args[0] ?? "");
  };
  return { run, calls };
}

const settlement = `0x${"33".repeat(20)}`;

/** A host that closes a batch whenever asked, and a chain that has accepted it with `gasUsed(number)`. */
export async function fakeVenue(
  gasUsed: (number: number) => number,
): Promise<BenchVenue & { isStopped(): boolean }> {
  let batchNumber = 0;
  let isStopped = false;
  const status = () => ({
    batchNumber,
    sequence: "10",
    commands: "9",
    rejects: "0",
    accounts: 3,
    latencyNsP50: "900",
    latencyNsP99: "1500",
    latencyNsP999: "4000",
    batchCloseUs: 700 + batchNumber,
  });
  const routes: Record<string, (body: string) => unknown> = {
    "/v1/evidence": () => ({ settlement, chainId: 31_337, encryptionKey: "00".repeat(32) }),
    "/v1/status": status,
    "/v1/close-batch": () => {
      batchNumber += 1;
      return { accepted: true };
    },
    "/rpc": (body) => {
      const { method, params } = JSON.parse(body) as { method: string; params: [string] };
      return {
        result:
          method === "eth_getLogs" ? acceptedLogs(batchNumber) : { gasUsed: gasUsed(Number(params[0])) },
      };
    },
  };
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const route = routes[request.url ?? ""];
    response
      .writeHead(route ? 200 : 404, { "content-type": "application/json" })
      .end(JSON.stringify(route?.(body)));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const httpUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    httpUrl,
    dataDir: "/nowhere",
    rpcUrl: `${httpUrl}/rpc`,
    tcp: { host: "127.0.0.1", port: 1 },
    unix: "/nowhere/orders.sock",
    market: { instrument: 1, priceTicks: 120_000 },
    walletKeys: ["11".repeat(32), "22".repeat(32)],
    isStopped: () => isStopped,
    stop: async () => {
      isStopped = true;
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

/** Batch n holds 1000 n sequences; its transaction's hash is its number. */
function acceptedLogs(last: number): unknown[] {
  const contract = interfaceOf("Settlement");
  return Array.from({ length: last }, (_, i) => {
    const number = i + 1;
    const header = [
      1,
      number,
      1,
      1000 * number,
      ZeroHash,
      ZeroHash,
      ZeroHash,
      0,
      ZeroHash,
      ZeroHash,
      0,
      ZeroHash,
      ZeroHash,
      0,
      0,
    ];
    const log = contract.encodeEventLog("BatchAccepted", [number, ZeroHash, 0, header]);
    return { ...log, transactionHash: String(number) };
  });
}
