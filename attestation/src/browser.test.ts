import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const HERE = dirname(fileURLToPath(import.meta.url));
const IMPORT = /(?:import|export)[^"';]*?from\s*"([^"]+)"/g;
const NODE_ONLY = /\b(?:Buffer|process|require|__dirname|globalThis\.process)\b[.(]/;

/** Every file of ours that an entry point reaches, and every package it names. */
function reach(entry: string) {
  const files = new Set<string>();
  const packages = new Set<string>();
  const visit = (file: string) => {
    if (files.has(file)) return;
    files.add(file);
    for (const [, name] of readFileSync(file, "utf8").matchAll(IMPORT)) {
      if (name!.startsWith(".")) visit(join(dirname(file), name!));
      else packages.add(name!);
    }
  };
  visit(join(HERE, entry));
  return { files: [...files], packages: [...packages] };
}

test("the core reaches no Node built-in, and only noble", () => {
  const { files, packages } = reach("index.ts");
  expect(files.length).toBeGreaterThan(30);
  expect(packages.filter((name) => !name.startsWith("@noble/"))).toEqual([]);
  for (const file of files) expect(NODE_ONLY.test(readFileSync(file, "utf8")), file).toBe(false);
});

test("the simulation runs in a browser too", () => {
  const { packages } = reach("simulation/index.ts");
  expect(packages.filter((name) => !/^@(?:noble|peculiar)\//.test(name))).toEqual([]);
});

test("Node's cryptography is reached from its own entry alone", () => {
  expect(reach("node.ts").packages).toContain("node:crypto");
});
