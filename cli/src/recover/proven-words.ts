/** What a proven batch did to the leaves, read from the words its path published. */
import type { BatchData, DataWithdrawal, VenueState } from "@sealbook/wire/state";
import { topicOf } from "../chain/abi.ts";
import { read } from "../chain/contract.ts";
import { ChainError } from "../chain/errors.ts";
import type { AcceptedBatch, VenueChain } from "../chain/venue-chain.ts";
import { pathAbi } from "../prove/abi.ts";

export interface ProvenWords {
  /** The validity path that had the proof verified. */
  path: string;
  words: bigint[];
}

/**
 * The words of a proven batch. The path emits `Advanced` and calls the settlement at once, so of all such events in the transaction it is
 * the last before the settlement's own: another contract that emits the same before or after is not taken for it, and a path that the
 * timelock has replaced since is found all the same.
 * @throws {ChainError} that names the batch
 */
export async function provenWords(chain: VenueChain, { header, log }: AcceptedBatch): Promise<ProvenWords> {
  const advanced = topicOf(pathAbi, "Advanced");
  const found = (await chain.logsOf(log.transactionHash, log.blockHash))
    .filter(({ topics, logIndex }) => topics[0] === advanced && logIndex < log.logIndex)
    .at(-1);
  const args = found === undefined ? undefined : pathAbi.parseLog(found)?.args;
  if (found === undefined || args === undefined) {
    throw new ChainError(
      "E_LOGS_MISSING",
      `batch ${header.number} was moved by a validity proof, and transaction ${log.transactionHash} has no event with its words`,
    );
  }
  if (args.number !== BigInt(header.number) || args.stateRoot !== header.stateRootAfter) {
    throw wrong(header.number, `its words are those of batch ${args.number} to ${args.stateRoot}`);
  }
  return { path: found.address, words: [...(args.words as bigint[])] };
}

/**
 * A proven batch as the data of a signed one, its withdrawals included.
 * @param state as the batch before left it
 * @throws {ChainError} that names the batch
 */
export async function readProven(
  chain: VenueChain,
  batch: AcceptedBatch,
  state: VenueState,
): Promise<BatchData & { wordsLength: number }> {
  const { path, words } = await provenWords(chain, batch);
  const [instruments] = await read(chain.rpc, pathAbi, path, "INSTRUMENTS");
  // Only now: a venue that was never proven is rebuilt without loading what belongs to proving.
  const { provenData } = await import("../prove/proven-data.ts");
  return said(batch, () => ({
    ...provenData(state, words, Number(instruments)),
    wordsLength: 32 * words.length,
  }));
}

/** What a proven batch pays: what `claimProven` is asked for. Needs no leaves. @throws {ChainError} that names the batch */
export async function provenPayments(chain: VenueChain, batch: AcceptedBatch): Promise<DataWithdrawal[]> {
  const { path, words } = await provenWords(chain, batch);
  const [instruments] = await read(chain.rpc, pathAbi, path, "INSTRUMENTS");
  const { parseWords } = await import("@sealbook/circuits");
  const { provenWithdrawals } = await import("../prove/proven-data.ts");
  return said(batch, () => provenWithdrawals(parseWords(words, Number(instruments)).effects));
}

function said<T>(batch: AcceptedBatch, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    // The words are a node's: what they name may not be there, in more ways than are worth telling apart.
    const why = cause instanceof Error ? cause.message : String(cause);
    throw wrong(batch.header.number, `its words cannot be carried out (${why})`, cause);
  }
}

/** A proven batch's words have no hash on the chain: the root alone says whether the node gave the true ones. */
export function wrong(number: number, what: string, cause?: unknown): ChainError {
  const detail = `batch ${number} was moved by a validity proof: ${what}`;
  return new ChainError("E_PROVEN_WORDS", detail, cause === undefined ? undefined : { cause });
}
