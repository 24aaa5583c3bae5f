#!/usr/bin/env node
// The front door. The machine's own Node may be too old to run TypeScript, so it hands over to the project's Node 24.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";

const root = resolve(import.meta.dirname ?? new URL(".", import.meta.url).pathname, "../..");
const node = `${root}/node_modules/.bin/node`;
if (Number(process.versions.node.split(".")[0]) < 24) {
  if (!existsSync(node)) {
    console.error(
      "sealbook is not prepared yet: run `npm start` or `npm test` once, they install what is missing.",
    );
    process.exit(3);
  }
  const child = spawnSync(node, process.argv.slice(1), { stdio: "inherit" });
  process.exit(child.status ?? 3);
}
process.removeAllListeners("warning");
const { main } = await import("../src/main.ts");
const code = await main(process.argv);
if (code !== 0 || process.exitCode === undefined) process.exitCode = code;
