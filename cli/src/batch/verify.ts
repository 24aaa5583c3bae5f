import { BATCH_HEADER_TYPES, domain } from "@sealbook/wire";
import { concat, keccak256, verifyTypedData } from "ethers";
import { registryAbi, settlementAbi } from "../chain/abi.ts";
import { fetchData } from "../chain/batch-data.ts";
import { blobSources } from "../chain/blobs.ts";
import { read } from "../chain/contract.ts";
import { ChainError } from "../chain/errors.ts";
import { httpRpc } from "../chain/rpc.ts";
import { type AcceptedBatch, VenueChain } from "../chain/venue-chain.ts";
import { progressBar } from "../progress.ts";
import { RecoveryFolder } from "../recover/folder.ts";
import { HashPool } from "../recover/hash-pool.ts";
import { rebuild } from "../recover/rebuild.ts";

export interface BatchCheck {
  check: "accepted" | "signature" | "epoch" | "registration" | "continuity" | "data" | "blobs" | "state root";
  isOk: boolean;
  found: string;
}

export interface VerifyOptions {
  rpcUrl: string;
  settlement?: string;
  number: number;
  /** Folder of an earlier `recover`, or a new one. */
  state: string;
  blobs: string[];
  fromBlock: number;
}

/** Is this batch what it claims, from its signature to its root? Asks the chain only. @throws {ChainError} when something cannot be known */
export async function verifyBatch(options: VerifyOptions): Promise<BatchCheck[]> {
  const rpc = httpRpc(options.rpcUrl);
  const chain = await VenueChain.open(rpc, options.settlement);
  const batches = await chain.batches(options.fromBlock);
  const at = batches.findIndex(({ header }) => header.number === options.number);
  const batch = batches[at];
  if (batch === undefined)
    return [{ check: "accepted", isOk: false, found: `the chain has ${batches.length} batches` }];
  const { header, log } = batch;
  const checks: BatchCheck[] = [
    { check: "accepted", isOk: true, found: `block ${log.blockNumber}, transaction ${log.transactionHash}` },
  ];
  checks.push(...(await checkSigner(chain, batch)));
  checks.push(checkContinuity(batches[at - 1], batch));

  const sources = blobSources(rpc, options.blobs);
  const { bytes, from } = await fetchData(chain, batch, sources);
  checks.push({
    check: "data",
    isOk: keccak256(bytes) === header.dataHash,
    found: `${bytes.length} bytes in ${from}, keccak256 ${header.dataHash}`,
  });
  const { blobVersionedHashes: hashes } = await chain.transaction(log.transactionHash);
  if (hashes.length > 0) {
    const found = keccak256(concat(hashes));
    checks.push({
      check: "blobs",
      isOk: found === header.blobsHash,
      found: `${hashes.length} blobs, keccak256 of their versioned hashes ${found}`,
    });
  }
  checks.push(await checkRoot(chain, batches.slice(0, at + 1), sources, options));
  return checks;
}

async function checkSigner(chain: VenueChain, batch: AcceptedBatch): Promise<BatchCheck[]> {
  const { header, log } = batch;
  const signer = signerOf(chain, batch, (await chain.transaction(log.transactionHash)).input);
  if (signer === undefined) {
    return [
      {
        check: "signature",
        isOk: false,
        found: "the transaction calls another contract, which passed the signature on: ask the poster for it",
      },
    ];
  }
  const epoch = (await read(chain.rpc, settlementAbi, chain.settlement, "epochOf", [signer]))[0] as bigint;
  const [wanted] = await read(chain.rpc, settlementAbi, chain.settlement, "configHash");
  const [config] = await read(chain.rpc, registryAbi, chain.registry, "configHashOf", [signer]);
  const [isActive] = await read(chain.rpc, registryAbi, chain.registry, "isActive", [signer]);
  return [
    { check: "signature", isOk: true, found: `EIP-712 BatchHeader by ${signer}` },
    {
      check: "epoch",
      isOk: epoch === header.fields.epoch && epoch !== 0n,
      found: `${signer} opened epoch ${epoch}, the header names ${header.fields.epoch}`,
    },
    {
      check: "registration",
      isOk: config === wanted && BigInt(config) !== 0n,
      found: `registered with configuration ${config}, the venue's is ${wanted}; ${isActive ? "active now" : "no longer active"}`,
    },
  ];
}

/** Who signed the header, from the call that brought it. */
function signerOf(chain: VenueChain, { header }: AcceptedBatch, input: string): string | undefined {
  try {
    const { signature } = settlementAbi.decodeFunctionData("acceptBatch", input);
    return verifyTypedData(
      domain(BigInt(chain.chainId), chain.settlement),
      BATCH_HEADER_TYPES,
      header.fields,
      signature,
    );
  } catch {
    return undefined;
  }
}

function checkContinuity(before: AcceptedBatch | undefined, { header }: AcceptedBatch): BatchCheck {
  const { firstSequence, stateRootBefore } = header.fields;
  if (before === undefined)
    return {
      check: "continuity",
      isOk: header.number === 1,
      found: `the first batch, from sequence ${firstSequence}`,
    };
  const isFollowing =
    before.header.number + 1 === header.number &&
    firstSequence === (before.header.fields.lastSequence as bigint) + 1n &&
    stateRootBefore === before.header.stateRootAfter;
  return {
    check: "continuity",
    isOk: isFollowing,
    found: `from sequence ${firstSequence} and root ${stateRootBefore}`,
  };
}

async function checkRoot(
  chain: VenueChain,
  batches: AcceptedBatch[],
  sources: Parameters<typeof rebuild>[0]["sources"],
  options: VerifyOptions,
): Promise<BatchCheck> {
  const pool = new HashPool();
  const bar = progressBar("batches", batches.length);
  const root = batches.at(-1)?.header.stateRootAfter;
  try {
    await rebuild({
      chain,
      batches,
      sources,
      folder: new RecoveryFolder(options.state),
      pool,
      at: (done) => bar.at(done),
    });
    return { check: "state root", isOk: true, found: `the data leads to ${root}` };
  } catch (error) {
    if (!(error instanceof ChainError) || error.code !== "E_ROOT_MISMATCH") throw error;
    return { check: "state root", isOk: false, found: error.detail };
  } finally {
    bar.end();
    await pool.close();
  }
}
