import { BATCH_HEADER_TYPES, domain } from "@sealbook/wire";
import { concat, keccak256, verifyTypedData } from "ethers";
import { registryAbi, settlementAbi } from "../chain/abi.ts";
import { fetchData } from "../chain/batch-data.ts";
import { type BlobSource, blobSources } from "../chain/blobs.ts";
import { read } from "../chain/contract.ts";
import { ChainError, type ChainErrorCode } from "../chain/errors.ts";
import { httpRpc } from "../chain/rpc.ts";
import { type AcceptedBatch, VenueChain } from "../chain/venue-chain.ts";
import { progressBar } from "../progress.ts";
import { pathAbi } from "../prove/abi.ts";
import { RecoveryFolder } from "../recover/folder.ts";
import { HashPool } from "../recover/hash-pool.ts";
import { provenWords } from "../recover/proven-words.ts";
import { rebuild } from "../recover/rebuild.ts";
import { readGenesis } from "../recover/recover.ts";

export interface BatchCheck {
  check:
    | "accepted"
    | "signature"
    | "epoch"
    | "registration"
    | "proof"
    | "continuity"
    | "data"
    | "blobs"
    | "state root";
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
  /** As in `recover`. */
  genesis?: string;
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
  const { log } = batch;
  const sources = blobSources(rpc, options.blobs);
  const carried =
    batch.kind === "signed"
      ? await checkSigned(chain, batches, at, sources)
      : await checkProven(chain, batches, at);
  return [
    { check: "accepted", isOk: true, found: `block ${log.blockNumber}, transaction ${log.transactionHash}` },
    ...carried,
    await checkRoot(chain, batches.slice(0, at + 1), sources, options),
  ];
}

/** Of a signed batch: signature, continuity, and that what it published is what was signed. */
async function checkSigned(
  chain: VenueChain,
  batches: AcceptedBatch[],
  at: number,
  sources: BlobSource[],
): Promise<BatchCheck[]> {
  const batch = batches[at] as AcceptedBatch;
  const { header, log } = batch;
  const checks = [...(await checkSigner(chain, batch)), checkContinuity(batches.slice(0, at), batch)];
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
  return checks;
}

/** Of a proven batch: nobody signed it, and the contract has verified its proof. What is left to ask is whose path it came by. */
async function checkProven(chain: VenueChain, batches: AcceptedBatch[], at: number): Promise<BatchCheck[]> {
  const batch = batches[at] as AcceptedBatch;
  const { path, words } = await provenWords(chain, batch);
  const [settlement] = await read(chain.rpc, pathAbi, path, "SETTLEMENT");
  return [
    {
      check: "proof",
      isOk: String(settlement).toLowerCase() === chain.settlement.toLowerCase(),
      found: `verified by path ${path} of settlement ${settlement}, ${words.length} words`,
    },
    checkContinuity(batches.slice(0, at), batch),
  ];
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

/** Number and root go on from the batch before; the sequence from the last that has one, for a proof has none. */
function checkContinuity(earlier: AcceptedBatch[], { kind, header }: AcceptedBatch): BatchCheck {
  const { firstSequence } = header.fields;
  const from = kind === "signed" ? `sequence ${firstSequence}` : "no sequence, being proven,";
  const before = earlier.at(-1);
  if (before === undefined)
    return { check: "continuity", isOk: header.number === 1, found: `the first batch, from ${from}` };
  const last = earlier.findLast((one) => one.kind === "signed")?.header.fields.lastSequence ?? 0n;
  const isFollowing =
    before.header.number + 1 === header.number &&
    (kind === "proven" || firstSequence === BigInt(last) + 1n) &&
    header.stateRootBefore === before.header.stateRootAfter;
  return {
    check: "continuity",
    isOk: isFollowing,
    found: `from ${from} and root ${header.stateRootBefore}`,
  };
}

/** Of a signed batch, of a proven one. */
const IS_WRONG_ROOT = new Set<ChainErrorCode>(["E_ROOT_MISMATCH", "E_PROVEN_WORDS"]);

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
      ...(options.genesis === undefined ? {} : { genesis: readGenesis(options.genesis) }),
    });
    return { check: "state root", isOk: true, found: `the data leads to ${root}` };
  } catch (error) {
    if (!(error instanceof ChainError) || !IS_WRONG_ROOT.has(error.code)) throw error;
    return { check: "state root", isOk: false, found: error.detail };
  } finally {
    bar.end();
    await pool.close();
  }
}
