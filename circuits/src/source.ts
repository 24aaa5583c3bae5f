import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { StatementName } from "./shapes.ts";

/** Folder of the statements, whose sources every program shares. */
export const room = resolve(import.meta.dirname, "..");
/** Where compiled programs, keys and the development CRS are kept: none of it is committed. */
export const cache = resolve(room, "../.sealbook/circuits");

/** A circuit as noir_wasm leaves it. `bytecode` is base64 of gzip. */
export interface Program {
  readonly hash: string;
  readonly bytecode: string;
  readonly abi: unknown;
}

/** Texts by name in the room, `gadgets/fills.nr`. */
export type Sources = Readonly<Record<string, string>>;

/** The Noir compiler refused a source. */
export class CompileError extends Error {
  readonly code = "CIRCUIT_COMPILE";
  constructor(main: string, cause: unknown) {
    super(`CIRCUIT_COMPILE: ${firstLine(main)} does not compile.`, { cause });
    this.name = "CompileError";
  }
}

/** Source of a statement's main file. */
export function statement(name: StatementName): string {
  return readFileSync(join(room, `${name}.nr`), "utf8");
}

/** Hash of a statement's sources and of the compiler's version: what its program, key and verifier belong to. */
export function statementHash(name: StatementName): string {
  return sourceHash(statement(name), {});
}

/**
 * Compiles a main file with the room's gadgets beside it, or takes the result from the cache: the key is the hash of every source
 * and of the compiler's version. `changed`: sources to take instead of the room's, for tests. @throws {CompileError}
 */
export async function compile(main: string, changed: Sources = {}): Promise<Program> {
  const hash = sourceHash(main, changed);
  const folder = join(cache, hash);
  const artifact = join(folder, "program.json");
  if (!existsSync(artifact)) await build(main, folder, artifact, changed);
  const { bytecode, abi } = JSON.parse(readFileSync(artifact, "utf8")) as Omit<Program, "hash">;
  return { hash, bytecode, abi };
}

async function build(main: string, folder: string, artifact: string, changed: Sources): Promise<void> {
  const { compile_program, createFileManager } = await import("@noir-lang/noir_wasm");
  // Two tests may compile the same source at once: each in a folder of its own, the last rename wins with equal bytes.
  const draft = `${folder}.${process.pid}`;
  mkdirSync(join(draft, "src"), { recursive: true });
  try {
    writeFileSync(
      join(draft, "Nargo.toml"),
      '[package]\nname = "statement"\ntype = "bin"\n\n[dependencies]\n',
    );
    writeFileSync(join(draft, "src/main.nr"), main);
    mkdirSync(join(draft, "src/gadgets"));
    for (const name of sources()) writeFileSync(join(draft, "src", name), sourceOf(name, changed));
    const { program } = await aside(() =>
      compile_program(
        createFileManager(draft),
        undefined,
        () => {},
        () => {},
      ),
    );
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      `${artifact}.${process.pid}`,
      JSON.stringify({ bytecode: program.bytecode, abi: program.abi }),
    );
    renameSync(`${artifact}.${process.pid}`, artifact);
  } catch (cause) {
    throw new CompileError(main, cause);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

let compiling = 0;
let log: typeof console.log;

/** The compiler says on stdout what it compiles, where commands print their results: while it runs, that goes to stderr. */
async function aside<T>(work: () => Promise<T>): Promise<T> {
  if (compiling++ === 0) {
    log = console.log;
    console.log = console.error;
  }
  try {
    return await work();
  } finally {
    if (--compiling === 0) console.log = log;
  }
}

function sources(): string[] {
  const gadgets = readdirSync(join(room, "gadgets")).filter((name) => name.endsWith(".nr"));
  const files = ["batch.nr", "gadgets.nr", "ledger.nr", "operation.nr"];
  return [...files, ...gadgets.sort().map((name) => `gadgets/${name}`)];
}

function sourceOf(name: string, changed: Sources): string {
  return changed[name] ?? readFileSync(join(room, name), "utf8");
}

function sourceHash(main: string, changed: Sources): string {
  const digest = createHash("sha256")
    .update(readFileSync(join(room, "package.json")))
    .update(main);
  for (const name of sources()) digest.update(name).update(sourceOf(name, changed));
  return digest.digest("hex").slice(0, 32);
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}
