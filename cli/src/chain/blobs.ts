import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { BLOB_LENGTH } from "@sealbook/wire/state";
import { getBytes } from "ethers";
import type { Rpc } from "./rpc.ts";

/** What is known of a blob's place on chain. */
export interface BlobPlace {
  versionedHash: string;
  transactionHash: string;
  blockTimestamp: number;
}

/** Where blobs may be had. Nothing a source says is believed: the data's hash is in the signed header. */
interface BlobFinder {
  name: string;
  /** The blob's bytes; undefined if this source does not have it. */
  find(place: BlobPlace): Promise<Uint8Array | undefined>;
}

export interface BlobSource extends BlobFinder {
  /** Blobs it did not have, or no longer, and blobs it gave others for. */
  readonly failures: { missing: number; wrong: number };
}

/** Sources in the order they are asked: what the user named, then what an Anvil node offers by itself. */
export function blobSources(rpc: Rpc, named: string[]): BlobSource[] {
  return [...named.map(sourceOf), anvilSource(rpc)].map((finder) => ({
    ...finder,
    failures: { missing: 0, wrong: 0 },
  }));
}

function sourceOf(name: string): BlobFinder {
  if (existsSync(name) && statSync(name).isDirectory()) return folderSource(name);
  if (name.includes("{hash}")) return archiveSource(name);
  return beaconSource(name);
}

/** Anvil keeps blobs and gives them by versioned hash; other nodes refuse the method, which is no more than "not here". */
function anvilSource(rpc: Rpc): BlobFinder {
  return {
    name: "the RPC itself (anvil_getBlobByHash)",
    async find({ versionedHash }) {
      const blob = await rpc.call<string | null>("anvil_getBlobByHash", [versionedHash]).catch(() => null);
      return blob === null ? undefined : asBlob(blob);
    },
  };
}

/** Files named by versioned hash, with or without 0x: raw bytes, or hex as text. */
function folderSource(folder: string): BlobFinder {
  return {
    name: `folder ${folder}`,
    async find({ versionedHash }) {
      for (const stem of [versionedHash, versionedHash.slice(2)]) {
        for (const extension of ["", ".bin", ".blob", ".hex", ".txt"]) {
          const file = join(folder, stem + extension);
          if (!existsSync(file)) continue;
          const bytes = readFileSync(file);
          return bytes.length === BLOB_LENGTH ? new Uint8Array(bytes) : asBlob(bytes.toString("utf8").trim());
        }
      }
      return undefined;
    },
  };
}

/** An archive that answers `…{hash}…` with the raw bytes, or with JSON that has them as hex under `data` or `blob`. */
function archiveSource(template: string): BlobFinder {
  return {
    name: `archive ${template}`,
    async find({ versionedHash }) {
      const response = await get(template.replaceAll("{hash}", versionedHash));
      if (response === undefined) return undefined;
      if (response.length === BLOB_LENGTH) return response;
      const answer = asJson(response);
      const found = typeof answer === "string" ? answer : (field(answer, "data") ?? field(answer, "blob"));
      return typeof found === "string" ? asBlob(found) : undefined;
    },
  };
}

/** Seconds per slot of a beacon node that does not say. */
const SLOT_SECONDS = 12;

/** A beacon node: `/eth/v1/beacon/blobs/{slot}` (Fulu), or `blob_sidecars` before it. The slot follows from the block's time. */
function beaconSource(url: string): BlobFinder {
  const base = url.replace(/\/$/, "");
  let clock: Promise<{ genesis: number; seconds: number } | undefined> | undefined;
  const slotOf = async (timestamp: number): Promise<number | undefined> => {
    clock ??= readClock(base);
    const known = await clock;
    return known && Math.floor((timestamp - known.genesis) / known.seconds);
  };
  return {
    name: `beacon node ${base}`,
    async find({ versionedHash, blockTimestamp }) {
      const slot = await slotOf(blockTimestamp);
      if (slot === undefined) return undefined;
      const byHash = await getJson(`${base}/eth/v1/beacon/blobs/${slot}?versioned_hashes=${versionedHash}`);
      const blobs = field(byHash, "data");
      if (Array.isArray(blobs) && blobs.length === 1 && typeof blobs[0] === "string") return asBlob(blobs[0]);
      const sidecars = field(await getJson(`${base}/eth/v1/beacon/blob_sidecars/${slot}`), "data");
      for (const sidecar of Array.isArray(sidecars) ? sidecars : []) {
        const commitment = field(sidecar, "kzg_commitment");
        const blob = field(sidecar, "blob");
        if (typeof commitment !== "string" || typeof blob !== "string") continue;
        if ((await versionedHashOf(commitment)) === versionedHash) return asBlob(blob);
      }
      return undefined;
    },
  };
}

async function readClock(base: string): Promise<{ genesis: number; seconds: number } | undefined> {
  const genesis = Number(
    field(field(await getJson(`${base}/eth/v1/beacon/genesis`), "data"), "genesis_time"),
  );
  if (!Number.isFinite(genesis)) return undefined;
  const spec = field(await getJson(`${base}/eth/v1/config/spec`), "data");
  return { genesis, seconds: Number(field(spec, "SECONDS_PER_SLOT") ?? SLOT_SECONDS) };
}

/** EIP-4844: 0x01 and the last 31 bytes of SHA-256 of the commitment. */
export async function versionedHashOf(commitment: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", getBytes(commitment) as BufferSource);
  return `0x01${Buffer.from(digest).subarray(1).toString("hex")}`;
}

function asBlob(hex: string): Uint8Array | undefined {
  if (!/^(0x)?[0-9a-fA-F]*$/.test(hex)) return undefined;
  const bytes = getBytes(hex.startsWith("0x") ? hex : `0x${hex}`);
  return bytes.length === BLOB_LENGTH ? bytes : undefined;
}

/** A source that is busy or hangs up is asked again; one that has been idle may have closed the connection we would reuse. */
const ATTEMPTS = 3;

async function get(url: string): Promise<Uint8Array | undefined> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    try {
      const response = await fetch(url, {
        headers: { accept: "application/json" },
        signal: AbortSignal.timeout(60_000),
      });
      return response.ok ? new Uint8Array(await response.arrayBuffer()) : undefined;
    } catch {
      // tried again
    }
  }
  return undefined; // a source that is away does not have it; the caller names every source it asked
}

const getJson = async (url: string): Promise<unknown> => {
  const found = await get(url);
  return found && asJson(found);
};

function asJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
