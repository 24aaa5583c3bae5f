import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { blobsOf, dataOfBlobs } from "@sealbook/wire/state";
import { concat, keccak256 } from "ethers";
import { expect, test } from "vitest";
import { versionedHash } from "../../../host/src/chain/client.ts";

interface Case {
  bytes: number;
  factor: number;
  data_hash: string;
  commitments: string[];
  versioned_hashes: string[];
  blobs_hash: string;
}

const { cases } = JSON.parse(readFileSync(resolve(import.meta.dirname, "commitments.json"), "utf8")) as {
  cases: Case[];
};

test.each(cases)("$bytes bytes: packing, versioned hashes, blobsHash", (vector) => {
  const data = Uint8Array.from(
    { length: vector.bytes },
    (_, i) => (i * vector.factor + (i >> 8)) & 0xff,
  );
  expect(keccak256(data)).toBe(vector.data_hash);
  const blobs = blobsOf(data);
  expect(blobs.length).toBe(vector.commitments.length);
  expect(Buffer.from(dataOfBlobs(blobs).subarray(0, data.length)).equals(Buffer.from(data))).toBe(true);
  const hashes = vector.commitments.map(versionedHash);
  expect(hashes).toEqual(vector.versioned_hashes);
  expect(keccak256(concat(hashes))).toBe(vector.blobs_hash);
});
