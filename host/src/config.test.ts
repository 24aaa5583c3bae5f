import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { checkConfig, readConfig } from "./config.ts";
import { ConfigError } from "./errors.ts";
import { fakeConfig, removeTemporaryFolders, temporaryFolder } from "./fake-host.ts";

afterAll(removeTemporaryFolders);

function problemsOf(action: () => unknown): Map<string, string> {
  try {
    action();
  } catch (error) {
    if (error instanceof ConfigError)
      return new Map(error.problems.map(({ path, problem }) => [path, problem]));
    throw error;
  }
  throw new Error("The configuration was accepted.");
}

/** A good configuration as JSON text would give it. */
function goodInput(): Record<string, unknown> {
  return structuredClone(fakeConfig(temporaryFolder())) as never;
}

describe("configuration (B53)", () => {
  it("is frozen, with its defaults", () => {
    const config = checkConfig(goodInput());
    expect(config.limits.frameBytes).toBe(4096);
    expect(config.durability).toBe("written");
    expect(Object.isFrozen(config.limits)).toBe(true);
    expect(checkConfig(config)).toEqual(config);
  });

  it("lists every fault at once, with its path", () => {
    const input = goodInput();
    input.tickMs = "10";
    input.surprise = true;
    input.limits = { ...(input.limits as object), frameBytes: 1e9, framebytes: 1 };
    input.chain = { ...(input.chain as object), settlement: "0x12" };
    const problems = problemsOf(() => checkConfig(input));
    expect([...problems.keys()].sort()).toEqual(
      ["/chain/settlement", "/limits/framebytes", "/limits/frameBytes", "/surprise", "/tickMs"].sort(),
    );
    expect(problems.get("/surprise")).toBe("unknown key");
  });

  it("lists faults of shape and faults of files in one pass", () => {
    const input = goodInput();
    input.tickMs = "10";
    input.enclave = {
      ...(input.enclave as object),
      library: "/nowhere",
      ringBytes: { in: 100_000, out: "x" },
    };
    input.listen = 5;
    chmodSync((input.chain as { posterKeyFile: string }).posterKeyFile, 0o644);
    expect([...problemsOf(() => checkConfig(input)).keys()].sort()).toEqual(
      [
        "/chain/posterKeyFile",
        "/enclave/library",
        "/enclave/ringBytes/in",
        "/enclave/ringBytes/out",
        "/listen",
        "/tickMs",
      ].sort(),
    );
    for (const nothing of [undefined, null, 5, [], { enclave: null, chain: [], journal: 7 }]) {
      expect(() => checkConfig(nothing)).toThrow(ConfigError);
    }
  });

  it("refuses a secret that others can read, and says how to fix it", () => {
    const input = goodInput();
    const file = (input.chain as { posterKeyFile: string }).posterKeyFile;
    for (const mode of [0o640, 0o604, 0o644]) {
      chmodSync(file, mode);
      expect(() => checkConfig(input)).toThrow(`chmod 600 ${file}`);
    }
    chmodSync(file, 0o400);
    checkConfig(input);
  });

  it("never repeats a value in its message: it may be a secret in the wrong field", () => {
    const input = goodInput();
    (input.listen as Record<string, unknown>).tcp = "0xsecretsecret";
    expect(() => checkConfig(input)).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining("secret") }),
    );
  });

  it("checks what types cannot say", () => {
    const input = goodInput();
    input.enclave = { ...(input.enclave as object), configFile: "/nowhere", ringBytes: { in: 100_000 } };
    input.journal = { segmentBytes: 65_536, reserveBytes: 65_536 };
    expect([...problemsOf(() => checkConfig(input)).keys()]).toEqual(
      expect.arrayContaining([
        "/enclave",
        "/enclave/ringBytes/in",
        "/enclave/configFile",
        "/journal/reserveBytes",
      ]),
    );
  });

  it("takes relative paths from the file's own folder, and names a file that is no JSON", () => {
    const folder = temporaryFolder();
    const input = structuredClone(fakeConfig(folder)) as unknown as {
      chain: { posterKeyFile: string };
      dataDir: string;
    };
    input.chain.posterKeyFile = "poster.key";
    input.dataDir = "data";
    const file = join(folder, "host.json");
    writeFileSync(file, JSON.stringify(input));
    expect(readConfig(file).dataDir).toBe(join(folder, "data"));
    writeFileSync(file, "{");
    expect([...problemsOf(() => readConfig(file)).keys()]).toEqual([file]);
  });
});
