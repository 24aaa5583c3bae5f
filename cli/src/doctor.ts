import { execFileSync } from "node:child_process";
import { accessSync, constants, existsSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { cpus, tmpdir, totalmem } from "node:os";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { exit } from "./errors.ts";

interface Finding {
  check: string;
  ok: boolean;
  found: string;
  whatToDo: string;
}

const root = resolve(import.meta.dirname, "../..");

/** `sealbook doctor`: what this machine lacks for a development venue, and what to do about each. Exit 1 when anything is wrong. */
export function registerDoctor(program: Command, set: (code: number) => void): void {
  program
    .command("doctor")
    .description("check this machine and clone for what sealbook needs")
    .option("--json", "print the findings as JSON", false)
    .action(async (flags: { json: boolean }) => {
      const findings = await examine();
      if (flags.json) console.log(JSON.stringify(findings, null, 2));
      for (const { check, ok, found, whatToDo } of flags.json ? [] : findings) {
        console.log(
          `${ok ? "ok  " : "FAIL"}  ${check.padEnd(26)} ${found}${ok ? "" : `\n      → ${whatToDo}`}`,
        );
      }
      if (findings.some((finding) => !finding.ok)) set(exit.no);
    });
}

async function examine(): Promise<Finding[]> {
  const library = process.platform === "darwin" ? "dylib" : "so";
  return [
    finding(
      "Node",
      major(process.version) >= 24,
      process.version,
      "Run `npm ci`: the project brings Node 24.",
    ),
    tool("cargo", ["--version"], "Install Rust 1.95 or later."),
    tool("cc", ["--version"], "Install a C toolchain."),
    tool(join(root, "node_modules/.bin/anvil"), ["--version"], "Run `npm ci`."),
    tool(join(root, "node_modules/.bin/forge"), ["--version"], "Run `npm ci`."),
    built("enclave library", `enclave/target/release/libsealbook_enclave.${library}`),
    built("contracts", "contracts/out/Settlement.sol/Settlement.json"),
    finding(
      "cores",
      cpus().length >= 2,
      `${cpus().length}`,
      "One core works, but enclave and host then share it: expect milliseconds, not microseconds.",
    ),
    finding(
      "memory",
      totalmem() > 2e9,
      `${(totalmem() / 1e9).toFixed(1)} GB`,
      "Give the machine at least 2 GB.",
    ),
    disk(),
    temporary(),
    await loopback(),
  ];
}

const finding = (check: string, ok: boolean, found: string, whatToDo: string): Finding => ({
  check,
  ok,
  found,
  whatToDo,
});
const major = (version: string) => Number(version.replace(/^v/, "").split(".")[0]);

function tool(path: string, args: string[], whatToDo: string): Finding {
  const name = path.split("/").at(-1) ?? path;
  try {
    const said = execFileSync(path, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    return finding(name, true, said.split("\n")[0] ?? "", "");
  } catch {
    return finding(name, false, "not found", whatToDo);
  }
}

function built(name: string, path: string): Finding {
  const there = existsSync(join(root, path));
  return finding(name, there, there ? path : "not built", "Run `node scripts/prepare.mjs`.");
}

function disk(): Finding {
  const { bavail, bsize } = statfsSync(tmpdir());
  const free = bavail * bsize;
  return finding(
    "free space",
    free > 2e9,
    `${(free / 1e9).toFixed(1)} GB in the temporary folder`,
    "Free at least 2 GB: journal segments are 64 MiB each.",
  );
}

function temporary(): Finding {
  try {
    accessSync(tmpdir(), constants.W_OK);
    const folder = mkdtempSync(join(tmpdir(), "sealbook-doctor-"));
    writeFileSync(join(folder, "probe"), "");
    rmSync(folder, { recursive: true });
    return finding("temporary folder", true, tmpdir(), "");
  } catch (error) {
    return finding("temporary folder", false, String(error), "Set TMPDIR to a folder you may write to.");
  }
}

function loopback(): Promise<Finding> {
  return new Promise((done) => {
    const server = createServer();
    server.on("error", (error) =>
      done(finding("loopback", false, error.message, "Allow listening on 127.0.0.1.")),
    );
    server.listen(0, "127.0.0.1", () =>
      server.close(() => done(finding("loopback", true, "127.0.0.1 listens", ""))),
    );
  });
}
