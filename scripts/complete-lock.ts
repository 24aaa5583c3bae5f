/**
 * Adds to `package-lock.json` the optional packages of other platforms that this machine's registry does not offer. `npm install` leaves
 * such packages out of the lock, and `npm ci` then refuses the whole of it, here and everywhere. Versions come from the packages
 * that name them; without an integrity hash npm takes the registry's. Run after every change of dependencies.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";

interface Entry {
  version?: string;
  dev?: boolean;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
}

const file = resolve(import.meta.dirname, "../package-lock.json");
const lock = JSON.parse(readFileSync(file, "utf8")) as { packages: Record<string, Entry> };
const added: string[] = [];

for (const [path, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const isThere = nearest(path).some((folder) => `${folder}node_modules/${name}` in lock.packages);
    if (isThere || !/^\d/.test(version)) continue;
    lock.packages[`node_modules/${name}`] = {
      version,
      ...(entry.dev === true ? { dev: true } : {}),
      optional: true,
      ...platformOf(name),
    };
    added.push(`${name}@${version}`);
  }
}

/** Where Node would look for a dependency of the package at `path`, innermost first: each prefix that a node_modules may follow. */
function nearest(path: string): string[] {
  const parts = path === "" ? [] : path.split("/");
  return [...parts.keys(), parts.length]
    .map((n) =>
      parts
        .slice(0, n)
        .map((part) => `${part}/`)
        .join(""),
    )
    .reverse();
}

/** The platform a package is for, read off its name as its publishers spell it. */
function platformOf(name: string): Pick<Entry, "os" | "cpu" | "libc"> {
  const os = /darwin|win32|linux|android|freebsd|netbsd|openbsd|sunos|aix|openharmony/.exec(name)?.[0];
  const cpu = /arm64|aarch64|amd64|x64|ia32|arm|riscv64|ppc64|s390x|loong64|loongarch64|mips64el|wasm32/.exec(
    name,
  )?.[0];
  const spelled: Record<string, string> = { amd64: "x64", aarch64: "arm64", loongarch64: "loong64" };
  const libc = /musl/.test(name) ? "musl" : /gnu/.test(name) && os === "linux" ? "glibc" : undefined;
  return {
    ...(os === undefined ? {} : { os: [os] }),
    ...(cpu === undefined ? {} : { cpu: [spelled[cpu] ?? cpu] }),
    ...(libc === undefined ? {} : { libc: [libc] }),
  };
}

lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(added.length === 0 ? "The lock is complete." : `Added ${added.join(", ")}`);
