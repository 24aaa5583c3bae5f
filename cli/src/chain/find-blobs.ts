import { hexlify } from "ethers";
import { type BlobPlace, type BlobSource, versionedHashOf } from "./blobs.ts";
import { commitmentOf } from "./commitment.ts";
import { ChainError } from "./errors.ts";

/**
 * The blobs of one batch. What the first source gives is taken as it is, since the data's hash binds all of them together; only when that is not
 * right is each one held against its commitment, which takes a tenth of a second, and the sources behind the liar are asked.
 */
export class BatchBlobs {
  readonly #number: number;
  readonly #places: BlobPlace[];
  readonly #sources: BlobSource[];

  constructor(number: number, places: BlobPlace[], sources: BlobSource[]) {
    this.#number = number;
    this.#places = places;
    this.#sources = sources;
  }

  /** @throws {ChainError} E_BLOB_MISSING */
  async first(): Promise<Uint8Array[]> {
    const blobs: Uint8Array[] = [];
    for (const place of this.#places) blobs.push(await this.#find(place, async () => true));
    return blobs;
  }

  /** The blobs the commitments name. @throws {ChainError} E_DATA_MISMATCH, E_BLOB_MISSING */
  async committed(): Promise<Uint8Array[]> {
    const blobs: Uint8Array[] = [];
    for (const place of this.#places) {
      blobs.push(await this.#find(place, (blob) => isCommitted(blob, place.versionedHash)));
    }
    return blobs;
  }

  async #find(place: BlobPlace, isIt: (blob: Uint8Array) => Promise<boolean>): Promise<Uint8Array> {
    const said: string[] = [];
    let isWrong = false;
    for (const source of this.#sources) {
      const blob = await source.find(place);
      if (blob === undefined) {
        source.failures.missing += 1;
        said.push(source.name);
        continue;
      }
      if (await isIt(blob)) return blob;
      source.failures.wrong += 1;
      isWrong = true;
      said.push(`${source.name} (gave another one)`);
    }
    const time = new Date(place.blockTimestamp * 1000).toISOString();
    throw new ChainError(
      isWrong ? "E_DATA_MISMATCH" : "E_BLOB_MISSING",
      `batch ${this.#number}: blob ${place.versionedHash} (block time ${time}) is in none of: ${said.join(", ")}`,
    );
  }
}

async function isCommitted(blob: Uint8Array, versionedHash: string): Promise<boolean> {
  const commitment = await commitmentOf(blob);
  return commitment !== undefined && (await versionedHashOf(hexlify(commitment))) === versionedHash;
}
