/**
 * `npm run wire`: writes the codecs of both languages, their golden vectors and docs/wire.md from schema.ts. With `--check` it
 * writes nothing and exits 1 if a file differs from what the schema says.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { assertSchema } from "./generate/model.ts";
import { rustFiles } from "./generate/rust.ts";
import { typescriptFiles } from "./generate/typescript.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const isCheck = process.argv.includes("--check");

assertSchema();
const files = new Map([...rustFiles(), ...typescriptFiles()]);
const stale = [...files].filter(([path, content]) => read(path) !== content).map(([path]) => path);
const orphans = ["enclave/wire/src/generated", "wire/src/generated"]
  .flatMap((folder) => list(folder))
  .filter((path) => !files.has(path));

if (isCheck) {
  for (const path of stale) console.error(`${path} differs from wire/schema.ts`);
  for (const path of orphans) console.error(`${path} is no longer generated`);
  if (stale.length + orphans.length > 0) {
    console.error("Run `npm run wire` and review the diff: it is a protocol change.");
    process.exit(1);
  }
} else {
  for (const path of stale) write(path, files.get(path)!);
  for (const path of orphans) rmSync(join(root, path));
  console.log(`wire: ${files.size} files, ${stale.length} written, ${orphans.length} removed`);
}

function read(path: string): string | undefined {
  return existsSync(join(root, path)) ? readFileSync(join(root, path), "utf8") : undefined;
}

function list(folder: string): string[] {
  return existsSync(join(root, folder)) ? readdirSync(join(root, folder)).map((name) => `${folder}/${name}`) : [];
}

function write(path: string, content: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}
