/**
 * Batch data in EIP-4844 blobs: a field element is a zero byte and 31 bytes of data, so that every element is below the BLS12-381 scalar
 * modulus; what the last blob does not need is zero. Packed data says itself where it ends.
 */
import { ParseError } from "../error.ts";

export const ELEMENTS_PER_BLOB = 4096;
export const DATA_BYTES_PER_ELEMENT = 31;
/** Bytes of batch data a blob carries. */
export const DATA_BYTES_PER_BLOB = ELEMENTS_PER_BLOB * DATA_BYTES_PER_ELEMENT;
/** Bytes of a blob. */
export const BLOB_LENGTH = ELEMENTS_PER_BLOB * 32;
/** Blobs of a batch at most. */
export const BLOBS_MAX = 6;

/** Data to blobs; empty data still takes one. */
export function blobsOf(data: Uint8Array): Uint8Array[] {
  const count = Math.max(1, Math.ceil(data.length / DATA_BYTES_PER_BLOB));
  if (count > BLOBS_MAX)
    throw new RangeError(`batch data of ${data.length} bytes takes more than ${BLOBS_MAX} blobs`);
  return Array.from({ length: count }, (_, number) => {
    const blob = new Uint8Array(BLOB_LENGTH);
    const part = data.subarray(number * DATA_BYTES_PER_BLOB, (number + 1) * DATA_BYTES_PER_BLOB);
    for (let element = 0; element * DATA_BYTES_PER_ELEMENT < part.length; element++) {
      const from = element * DATA_BYTES_PER_ELEMENT;
      blob.set(part.subarray(from, from + DATA_BYTES_PER_ELEMENT), 32 * element + 1);
    }
    return blob;
  });
}

/**
 * Blobs to the data bytes they carry, padding included. @throws {ParseError} `BAD_FRAME` at the offset (over all blobs) of a length or
 * a first byte that is wrong
 */
export function dataOfBlobs(blobs: readonly Uint8Array[]): Uint8Array {
  const data = new Uint8Array(blobs.length * DATA_BYTES_PER_BLOB);
  for (const [number, blob] of blobs.entries()) {
    if (blob.length !== BLOB_LENGTH) throw new ParseError("BAD_FRAME", number * BLOB_LENGTH);
    for (let element = 0; element < ELEMENTS_PER_BLOB; element++) {
      if (blob[32 * element] !== 0) throw new ParseError("BAD_FRAME", number * BLOB_LENGTH + 32 * element);
      const to = number * DATA_BYTES_PER_BLOB + element * DATA_BYTES_PER_ELEMENT;
      data.set(blob.subarray(32 * element + 1, 32 * element + 32), to);
    }
  }
  return data;
}
