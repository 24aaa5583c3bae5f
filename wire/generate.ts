/**
 * `npm run wire`: writes the codecs of both languages and docs/wire.md from schema.ts; with `--vectors` also the golden vectors,
 * whose change is a change of protocol. With `--check` it writes nothing and exits 1 if any file differs.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { docsFiles } from "./generate/docs.ts";
import { assertSchema } from "./generate/model.ts";
import { rustFiles } from "./generate/rust.ts";
import { typescriptFiles } from "./generate/typescript.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const isCheck = process.argv.includes("--check");

const hasVectors = isCheck || process.argv.includes("--vectors");

assertSchema();
const codecs = new Map([...rustFiles(), ...typescriptFiles(), ...docsFiles()]);
const files = hasVectors ? new Map([...codecs, ...(await vectors())]) : codecs;
const stale = [...files].filter(([path, content]) => read(path) !== content).map(([path]) => path);
const folders = ["enclave/wire/src/generated", "wire/src/generated"];
const orphans = (hasVectors ? [...folders, "test/vectors/wire/messages"] : folders)
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

/** Vectors are encoded by the codec that was just generated, so it is loaded late. */
async function vectors(): Promise<Map<string, string>> {
  if (!isCheck) for (const [path, content] of codecs) write(path, content);
  return (await import("./generate/vectors.ts")).vectorFiles();
}

function read(path: string): string | undefined {
  return existsSync(join(root, path)) ? readFileSync(join(root, path), "utf8") : undefined;
}

function list(folder: string): string[] {
  return existsSync(join(root, folder))
    ? readdirSync(join(root, folder)).map((name) => `${folder}/${name}`)
    : [];
}

function write(path: string, content: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}
