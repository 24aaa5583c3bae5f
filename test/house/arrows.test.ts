import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, test } from "vitest";

/** Which rooms each room may import. `cli` composes them all and, like `test` and `scripts`, is imported by nobody. */
const arrows: Record<string, string[]> = {
  wire: [],
  attestation: [],
  sdk: ["wire", "attestation"],
  host: ["wire", "attestation"],
  contracts: ["attestation"],
  circuits: ["wire"],
  cli: ["wire", "attestation", "sdk", "host", "contracts", "circuits"],
  test: ["wire", "attestation", "sdk", "host", "contracts", "circuits", "cli"],
  scripts: ["wire", "attestation", "sdk", "host", "contracts", "circuits", "cli"],
};
const crates: Record<string, string[]> = {
  wire: [],
  tree: [],
  kzg: [],
  pricing: [],
  engine: ["wire", "pricing"],
  runtime: ["wire", "engine", "tree", "kzg"],
  client: ["wire"],
  sim: ["wire", "engine", "tree", "pricing", "runtime"],
};
const root = resolve(import.meta.dirname, "../..");
const importing = /(?:from|import)\s*\(?\s*["']([^"']+)["']/g;

/** The room an import leads to, or undefined when it stays inside or goes to a library. */
function destination(file: string, specifier: string): string | undefined {
  if (specifier.startsWith("@sealbook/")) return specifier.split("/")[1];
  if (!specifier.startsWith(".")) return undefined;
  return relative(root, resolve(dirname(file), specifier)).split("/")[0];
}

describe("imports flow one way", () => {
  for (const [room, allowed] of Object.entries(arrows)) {
    test(`${room} imports only ${allowed.join(", ") || "itself"}`, () => {
      const wrong: string[] = [];
      for (const name of globSync(`${room}/**/*.{ts,mjs}`, {
        cwd: root,
        exclude: (p) => p.includes("node_modules"),
      })) {
        const file = join(root, name);
        for (const [, specifier] of readFileSync(file, "utf8").matchAll(importing)) {
          const to = destination(file, specifier ?? "");
          const isContractsTest = room === "contracts" && /\.test\.ts$/.test(name);
          if (to && to in arrows && to !== room && !allowed.includes(to) && !isContractsTest)
            wrong.push(`${name} → ${to}`);
        }
      }
      expect(wrong).toEqual([]);
    });
  }

  for (const [crate, allowed] of Object.entries(crates)) {
    test(`crate ${crate} depends only on ${allowed.join(", ") || "nothing of ours"}`, () => {
      const manifest =
        readFileSync(join(root, "enclave", crate, "Cargo.toml"), "utf8").split("[dev-dependencies]")[0] ?? "";
      const ours = [...manifest.matchAll(/^sealbook-(\w+)/gm)].map((match) => match[1]);
      expect(ours.filter((name) => !allowed.includes(name ?? ""))).toEqual([]);
    });
  }

  test("contracts import only themselves and OpenZeppelin", () => {
    const sources = globSync("contracts/src/**/*.sol", { cwd: root });
    expect(sources.length).toBeGreaterThan(0);
    const wrong = sources.flatMap((name) =>
      [...readFileSync(join(root, name), "utf8").matchAll(/^import .*?["']([^"']+)["']/gm)]
        .map((match) => match[1] ?? "")
        .filter((path) => !path.startsWith("@openzeppelin/contracts/") && !inside(join(root, name), path))
        .map((path) => `${name} → ${path}`),
    );
    expect(wrong).toEqual([]);
  });
});

function inside(file: string, path: string): boolean {
  const target = resolve(dirname(file), path);
  return existsSync(target) && target.startsWith(join(root, "contracts/src"));
}
