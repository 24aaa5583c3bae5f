import { exit } from "../errors.ts";

/** What can go wrong between a chain and a user who trusts nothing else. Each says what to do. */
export const CHAIN_ERRORS = {
  E_RPC: "Check the address, or try another node: any Ethereum RPC will do, it is not believed.",
  E_RPC_DISAGREE: "One of the two nodes lies or lags. Run again later, or with a third node.",
  E_NO_SETTLEMENT:
    "Give the settlement contract with --settlement 0x…: it is in the venue's documentation and in your SDK's configuration.",
  E_NOT_A_VENUE:
    "This address is not a settlement contract of this version on this chain. Check --settlement and --rpc.",
  E_LOGS_MISSING:
    "The node left events out: it has pruned them, or --from-block is too late. Use an archive node, or leave --from-block out.",
  E_TRANSACTION_MISSING: "The node does not have this transaction any more. Use an archive node.",
  E_BLOB_MISSING:
    "Nodes prune blobs after some 18 days. Give --blobs with a beacon node's address, an archive's (a template with {hash}), or a folder " +
    "of files named by versioned hash. Whoever ran `sealbook recover` before the pruning has the data in its batches folder: copy it into yours.",
  E_PROVEN_WORDS:
    "Ask another node: this one may lie about the words. If two agree, publish this message: the validity path accepted a proof of something else.",
  E_GENESIS:
    "A venue in validity mode lists its instruments at birth: give the leaves it was deployed with by --genesis FILE. Its operator publishes them, and the root tells true from false.",
  E_DATA_MISMATCH:
    "What was found is not what the contract committed to: the source is damaged or lies. Try another.",
  E_DATA_INVALID:
    "The enclave signed data that cannot be read. Publish this message: the venue must be frozen.",
  E_ROOT_MISMATCH:
    "The published data does not lead to the root the contract holds. Publish this message: the venue must be frozen.",
  E_FOLDER: "Choose an empty folder, or remove this one.",
  E_REORG: "The chain was reorganised while it was read. Run again: what still holds is kept.",
} as const;

export type ChainErrorCode = keyof typeof CHAIN_ERRORS;

/** Which of them mean "the answer is no" (exit 1); the rest are a dependency's failure (exit 3). */
const IS_NO = new Set<ChainErrorCode>([
  "E_DATA_INVALID",
  "E_ROOT_MISMATCH",
  "E_DATA_MISMATCH",
  "E_PROVEN_WORDS",
  "E_NOT_A_VENUE",
]);

export class ChainError extends Error {
  readonly code: ChainErrorCode;
  /** What was found, without the advice. */
  readonly detail: string;

  constructor(code: ChainErrorCode, detail: string, options?: ErrorOptions) {
    super(`${code}: ${detail}. ${CHAIN_ERRORS[code]}`, options);
    this.name = "ChainError";
    this.code = code;
    this.detail = detail;
  }

  get exitCode(): number {
    return IS_NO.has(this.code) ? exit.no : exit.dependency;
  }
}
