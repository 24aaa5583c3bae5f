import { existsSync } from "node:fs";
import { join } from "node:path";
import { LinkStore } from "@sealbook/host";
import { DependencyError, UsageError } from "../errors.ts";
import type { DigestSource } from "./answer.ts";

/** A host that is alive, or the journal it left: neither needs the enclave's key, for digests stand in the clear. */
export function digestSource(flags: { host?: string; data?: string }): DigestSource {
  if ((flags.host === undefined) === (flags.data === undefined))
    throw new UsageError("Where are the records? Give --host URL, or --data FOLDER of the host's journal.");
  return flags.host === undefined ? journalSource(flags.data as string) : hostSource(flags.host);
}

function hostSource(url: string): DigestSource {
  return {
    name: url,
    async read(from, to) {
      const page = new URL(`/v1/links?from=${from}&to=${to}`, url);
      const response = await fetch(page).catch((cause) => {
        throw new DependencyError(
          "host",
          `at ${url} does not answer; --data FOLDER reads its journal`,
          cause,
        );
      });
      if (!response.ok) return { digests: [] };
      const { before, digests } = (await response.json()) as { before?: unknown; digests?: unknown };
      return {
        ...(isHash(before) ? { before } : {}),
        digests: Array.isArray(digests) ? digests.filter(isHash) : [],
      };
    },
  };
}

function journalSource(folder: string): DigestSource {
  const journal = existsSync(join(folder, "journal")) ? join(folder, "journal") : folder;
  if (!existsSync(journal)) throw new UsageError(`${folder} is not there: give a host's data folder.`);
  // Only the hash before record 1 would need the genesis, and no challenge starts there.
  const links = new LinkStore(journal, new Uint8Array(32));
  return {
    name: `the journal in ${folder}`,
    read: async (from, to) => (await links.read(Number(from), Number(to))) ?? { digests: [] },
  };
}

const isHash = (value: unknown): value is string =>
  typeof value === "string" && /^0x[0-9a-f]{64}$/.test(value);
