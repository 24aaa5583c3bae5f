/** Every leaf of a venue and the trees over them, as rebuilt from batch data. */
import {
  ACCOUNT_WORDS,
  type BatchData,
  expandWords,
  INSTRUMENT_WORDS,
  isUnused,
  type PackedLeaf,
} from "./data.ts";
import { equityOf } from "./exit-value.ts";
import { type Hasher, WORD_LENGTH } from "./hasher.ts";
import { type AccountLeaf, type InstrumentLeaf, readAccount, readInstrument, wordsOf } from "./leaf.ts";
import { ACCOUNTS_DEPTH, INSTRUMENTS_DEPTH, SparseTree, sharedHasher, stateRoot } from "./tree.ts";

/** Hashes of leaves, 32 little-endian bytes each, in the order of the list. What takes most of the time, so a caller may do it in threads. */
export function hashLeaves(
  leaves: readonly PackedLeaf[],
  count: number,
  hasher = sharedHasher(),
): Uint8Array {
  const hashes = new Uint8Array(WORD_LENGTH * leaves.length);
  const words = new Uint8Array(WORD_LENGTH * count);
  for (const [at, { packed }] of leaves.entries()) {
    if (isUnused(packed)) continue;
    hashes.set(hasher.hash(expandWords(packed, count, words), count), WORD_LENGTH * at);
  }
  return hashes;
}

/** What proves an account or an instrument to whoever knows the state root. */
export interface LeafProof {
  index: number;
  words: bigint[];
  /** Siblings from the leaf up. */
  path: bigint[];
}

export class VenueState {
  readonly #accounts = new Map<number, Uint8Array>();
  readonly #instruments = new Map<number, Uint8Array>();
  readonly #accountsTree: SparseTree;
  readonly #instrumentsTree: SparseTree;
  #oracleRound = 0n;
  #nextAccount = 0;

  constructor(hasher: Hasher = sharedHasher()) {
    this.#accountsTree = new SparseTree(ACCOUNTS_DEPTH, hasher);
    this.#instrumentsTree = new SparseTree(INSTRUMENTS_DEPTH, hasher);
  }

  get oracleRound(): bigint {
    return this.#oracleRound;
  }
  get nextAccount(): number {
    return this.#nextAccount;
  }
  get accountsRoot(): bigint {
    return this.#accountsTree.root;
  }
  get instrumentsRoot(): bigint {
    return this.#instrumentsTree.root;
  }
  get stateRoot(): bigint {
    return stateRoot(this.accountsRoot, this.instrumentsRoot, this.#oracleRound, this.#nextAccount);
  }

  /**
   * Applies what a batch changed. Whether that leads to the batch's root is the caller's question.
   * @param accountHashes as `hashLeaves` gives them, when they were computed elsewhere
   * @throws {IndexOutOfRangeError} nothing has changed
   */
  apply(data: BatchData, accountHashes = hashLeaves(data.accounts, ACCOUNT_WORDS)): void {
    const instrumentHashes = hashLeaves(data.instruments, INSTRUMENT_WORDS);
    this.#instrumentsTree.update(paired(data.instruments, instrumentHashes));
    this.#accountsTree.update(paired(data.accounts, accountHashes));
    for (const leaf of data.accounts) keep(this.#accounts, leaf);
    for (const leaf of data.instruments) keep(this.#instruments, leaf);
    this.#oracleRound = data.oracleRound;
    this.#nextAccount = data.nextAccount;
  }

  /** All leaves as data: applied to an empty state it gives this one. */
  data(): BatchData {
    return {
      oracleRound: this.#oracleRound,
      nextAccount: this.#nextAccount,
      accounts: ascending(this.#accounts),
      instruments: ascending(this.#instruments),
      withdrawals: [],
    };
  }

  account(index: number): AccountLeaf | undefined {
    const packed = this.#accounts.get(index);
    return packed && readAccount(packed);
  }

  instrument(id: number): InstrumentLeaf | undefined {
    const packed = this.#instruments.get(id);
    return packed && readInstrument(packed);
  }

  /** Accounts in use, ascending by index; 0 is the insurance fund. */
  *accounts(): IterableIterator<{ index: number; account: AccountLeaf }> {
    for (const { index, packed } of ascending(this.#accounts)) {
      const account = readAccount(packed);
      if (account) yield { index, account };
    }
  }

  *instruments(): IterableIterator<{ id: number; instrument: InstrumentLeaf }> {
    for (const { index, packed } of ascending(this.#instruments)) {
      const instrument = readInstrument(packed);
      if (instrument) yield { id: index, instrument };
    }
  }

  get size(): { accounts: number; instruments: number } {
    return { accounts: this.#accounts.size, instruments: this.#instruments.size };
  }

  /** What an account is worth at the marks of this state, 1e-6 of the token. */
  equity(account: AccountLeaf): bigint {
    return equityOf(account, (id) => this.instrument(id));
  }

  proveAccount(index: number): LeafProof {
    return prove(index, this.#accounts, ACCOUNT_WORDS, this.#accountsTree);
  }

  proveInstrument(id: number): LeafProof {
    return prove(id, this.#instruments, INSTRUMENT_WORDS, this.#instrumentsTree);
  }
}

function prove(index: number, leaves: Map<number, Uint8Array>, count: number, tree: SparseTree): LeafProof {
  const packed = leaves.get(index);
  return { index, words: packed ? wordsOf(packed, count) : Array(count).fill(0n), path: tree.path(index) };
}

function* paired(leaves: readonly PackedLeaf[], hashes: Uint8Array): Iterable<readonly [number, Uint8Array]> {
  for (const [at, { index }] of leaves.entries()) {
    yield [index, hashes.subarray(WORD_LENGTH * at, WORD_LENGTH * (at + 1))];
  }
}

/** Copied: a view would keep the whole batch in memory. */
function keep(leaves: Map<number, Uint8Array>, { index, packed }: PackedLeaf): void {
  if (isUnused(packed)) leaves.delete(index);
  else leaves.set(index, packed.slice());
}

function ascending(leaves: Map<number, Uint8Array>): PackedLeaf[] {
  return [...leaves].sort(([a], [b]) => a - b).map(([index, packed]) => ({ index, packed }));
}
