import { connectTrader, Venue } from "@sealbook/cli/devnet";
import { interfaceOf } from "@sealbook/contracts";
import type { BatchHeader } from "@sealbook/wire";
import { blobsOf } from "@sealbook/wire/state";
import { afterAll, beforeAll, expect, test } from "vitest";
import { BlobProver } from "../../host/src/chain/blob-prover.ts";
import { versionedHash } from "../../host/src/chain/client.ts";
import { closeBatch, getJson, until } from "../e2e/on-chain.ts";

/**
 * F57: the operator posts a batch but keeps its data to himself, so that nobody could rebuild the state and leave. The contract takes a batch
 * only with the data its header commits to, in calldata or in blobs.
 */
let venue: Venue;
beforeAll(async () => {
  venue = await Venue.start({});
  await venue.deposit(0, 1_000_000_000n);
});
afterAll(() => venue?.stop());

interface BatchDocument {
  header: Record<keyof BatchHeader, string | number>;
  signature: string;
  data: string;
}

test("a genuine batch without its data, or with other data, is refused", async () => {
  const { provider } = venue.chain;
  // Blocks wait, so the host's own transaction stays in the pool and this batch is not accepted yet.
  await provider.send("evm_setAutomine", [false]);
  const trader = await connectTrader(venue, 0).catch(() => undefined);
  trader?.close();
  await closeBatch(venue);
  const batch = await until("a closed batch", () =>
    getJson<BatchDocument>(venue, "/v1/batches/1").catch(() => undefined),
  );
  const abi = interfaceOf("Settlement");
  const call = async (data: string, blobVersionedHashes?: string[]): Promise<string> => {
    const input = abi.encodeFunctionData("acceptBatch", [batch.header, batch.signature, data]);
    const blobs =
      blobVersionedHashes === undefined ? {} : { blobVersionedHashes, maxFeePerBlobGas: "0x3b9aca00" };
    const request = { from: venue.trader(5).address, to: venue.contracts.settlement, data: input, ...blobs };
    return provider.send("eth_call", [request, "latest"]).then(
      () => "accepted",
      (error) =>
        abi.parseError(error.error?.data ?? error.info?.error?.data ?? error.data ?? "0x")?.name ??
        String(error),
    );
  };
  const prover = new BlobProver();
  const hashesOf = async (data: Uint8Array) =>
    (await prover.prove(data)).map(({ commitment }) => versionedHash(commitment));
  const data = Buffer.from(batch.data.slice(2), "hex");
  const bent = Buffer.from(data);
  bent[20]! ^= 1;

  expect(await call("0x")).toBe("DataMissing");
  expect(await call(`0x${bent.toString("hex")}`)).toBe("DataMismatch");
  expect(await call(`${batch.data}00`)).toBe("DataMismatch");
  expect(await call("0x", await hashesOf(bent))).toBe("BlobsMismatch");
  const hashes = await hashesOf(data);
  expect(hashes.length).toBe(blobsOf(data).length);
  expect(await call("0x", [...hashes, ...hashes])).toBe("BlobsMismatch");
  // The same batch with what its header names, either way.
  expect(await call(batch.data)).toBe("accepted");
  expect(await call("0x", hashes)).toBe("accepted");
  prover.close();
  await provider.send("evm_setAutomine", [true]);
}, 240_000);
