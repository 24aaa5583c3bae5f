import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { ContractName } from "./artifacts.ts";

/**
 * Where each contract keeps its state: a golden file, because proofs, tools and replacements read slots by number.
 * `node contracts/script/storage-layout.ts` writes it; a test compares.
 */
export const layoutPath = fileURLToPath(
  new URL("../test/snapshots/generated/storage-layout.json", import.meta.url),
);

const CONTRACTS: readonly ContractName[] = [
  "Certificates",
  "Endorsements",
  "AttestationRegistry",
  "Settlement",
  "Inbox",
  "Vault",
  "EscapeHatch",
  "Timelock",
  "ReceiptCourt",
];

interface StorageLayout {
  readonly storage: readonly { label: string; slot: string; offset: number; type: string }[];
  readonly types: Record<string, { label: string; members?: StorageLayout["storage"] }> | null;
}

export function layoutText(): string {
  const layouts = Object.fromEntries(CONTRACTS.map((name) => [name, layoutOf(name)]));
  return `${JSON.stringify(layouts, null, 2)}\n`;
}

/** "slot.offset type name" lines; structs are followed into their members. Compiler-internal ids are left out: they move. */
function layoutOf(name: ContractName): { storage: string[]; structs: Record<string, string[]> } {
  const path = new URL(`../out/${name}.sol/${name}.json`, import.meta.url);
  const { storage, types } = (JSON.parse(readFileSync(path, "utf8")) as { storageLayout: StorageLayout })
    .storageLayout;
  const line = (entry: StorageLayout["storage"][number]) =>
    `${entry.slot}.${entry.offset} ${types?.[entry.type]?.label ?? entry.type} ${entry.label}`;
  const structs = Object.values(types ?? {})
    .filter((type) => type.members !== undefined)
    .map((type) => [type.label, type.members!.map(line)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return { storage: storage.map(line), structs: Object.fromEntries(structs) };
}

if (import.meta.main) writeFileSync(layoutPath, layoutText());
