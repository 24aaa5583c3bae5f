import { readFileSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { FormatRegistry, type Static, Type } from "@sinclair/typebox";
import { Value, ValuePointer } from "@sinclair/typebox/value";
import { ConfigError, type ConfigProblem, causeText } from "./errors.ts";

/**
 * The whole configuration of a host, read once and frozen. Unknown keys are faults: a misspelt limit that is silently ignored is a
 * limit that does not exist. Market parameters are not here; they are attested state.
 */

FormatRegistry.Set("address", (text) => /^0x[0-9a-fA-F]{40}$/.test(text));
FormatRegistry.Set("hex", (text) => /^0x([0-9a-fA-F]{2})+$/.test(text));
FormatRegistry.Set("http-url", (text) => URL.canParse(text) && /^https?:/.test(text));

const strict = { additionalProperties: false };
const path = (description: string) => Type.String({ minLength: 1, description });
const address = (description: string) => Type.String({ format: "address", description });
const count = (value: number, minimum: number, maximum: number, description: string) =>
  Type.Integer({ default: value, minimum, maximum, description });
const MIB = 1024 * 1024;

const Endpoint = Type.Object(
  {
    host: Type.String({
      default: "127.0.0.1",
      minLength: 1,
      description: "address to bind; loopback unless you mean it",
    }),
    port: Type.Integer({ default: 0, minimum: 0, maximum: 65535, description: "0 picks a free port" }),
  },
  strict,
);

export const ConfigSchema = Type.Object(
  {
    dataDir: path("journal, snapshots, batches, poison file, lock"),
    enclave: Type.Object(
      {
        library: path("libsealbook_enclave.so"),
        image: Type.Optional(path("bytes that are measured; the library itself when absent")),
        config: Type.Optional(Type.String({ format: "hex", description: "enclave-config message, hex" })),
        configFile: Type.Optional(path("file with the enclave-config message, raw bytes")),
        ringBytes: Type.Object(
          {
            in: count(4 * MIB, 65_536, 2 ** 28, "ring 0, power of two"),
            out: count(16 * MIB, 65_536, 2 ** 28, "ring 1, power of two"),
            ledger: count(16 * MIB, 4 * MIB, 2 ** 28, "ring 2, power of two; a snapshot part is 1 MiB"),
          },
          { ...strict, default: {} },
        ),
      },
      strict,
    ),
    chain: Type.Object(
      {
        rpcUrl: Type.String({ format: "http-url", description: "JSON-RPC of the settlement chain" }),
        rpcUrls: Type.Array(Type.String({ format: "http-url" }), {
          default: [],
          maxItems: 8,
          description:
            "further nodes of the same chain; with two or more in all, `quorum` of them must agree",
        }),
        quorum: count(0, 0, 9, "nodes that must say the same; 0: two of them, or the one there is"),
        settlement: address("Settlement contract"),
        inbox: address("Inbox contract"),
        registry: address("AttestationRegistry contract"),
        posterKeyFile: path("file with the poster's private key, hex, mode 0600"),
        fromBlock: count(
          0,
          0,
          Number.MAX_SAFE_INTEGER,
          "block the contracts were deployed in; earlier ones are not read",
        ),
        confirmations: count(1, 0, 1000, "blocks on top before an event counts"),
        pollMs: count(250, 10, 60_000, "how often the chain is asked"),
        successionMs: count(
          1000,
          10,
          60_000,
          "how often the host looks whether it is still the venue: a superseded one acknowledges for no longer than this and one answer of the nodes",
        ),
        stuckMs: count(
          15_000,
          500,
          600_000,
          "a transaction unmined this long is sent again with a higher fee",
        ),
        feeBumpPercent: count(
          25,
          10,
          200,
          "each time; nodes refuse replacements under 10, with blobs under 100",
        ),
        data: Type.Union([Type.Literal("blobs"), Type.Literal("calldata")], {
          default: "blobs",
          description: "how a batch's data is published",
        }),
        feeMaxGwei: count(500, 1, 1_000_000, "most a batch offers for a unit of gas"),
        blobFeeMaxGwei: count(200, 1, 1_000_000, "most it offers for a unit of blob gas"),
        priorityFeeMaxGwei: count(50, 1, 1_000_000, "most it offers the block's proposer"),
        lagReduceOnlyMs: count(
          600_000,
          1000,
          86_400_000,
          "a batch unaccepted, or the chain unseen, this long: markets take only orders that reduce",
        ),
        lagHaltMs: count(
          3_600_000,
          1000,
          86_400_000,
          "a batch unaccepted, or the chain unseen, this long: markets halt",
        ),
        startTimeoutMs: count(30_000, 1000, 600_000, "to reach the chain at start"),
      },
      strict,
    ),
    listen: Type.Object(
      {
        tcp: Type.Optional(Endpoint),
        unix: Type.Optional(path("path of a Unix socket")),
        http: Endpoint,
        hosts: Type.Array(Type.String(), {
          default: ["127.0.0.1", "localhost", "[::1]"],
          description: "Host headers accepted, without port",
        }),
        origins: Type.Array(Type.String(), {
          default: [],
          description: "further Origin headers accepted; loopback ones always are",
        }),
      },
      strict,
    ),
    durability: Type.Union([Type.Literal("written"), Type.Literal("synced")], {
      default: "written",
      description: "no reply and no public message leaves before its record reached this level",
    }),
    journal: Type.Object(
      {
        segmentBytes: count(64 * MIB, 65_536, 1024 * MIB, "preallocated size of a segment"),
        reserveBytes: count(
          8 * MIB,
          4096,
          512 * MIB,
          "room kept when the disk is full and no next segment can be made",
        ),
        syncIdleMs: count(50, 1, 10_000, "longest time a record stays unsynced when nobody waits for it"),
      },
      { ...strict, default: {} },
    ),
    limits: Type.Object(
      {
        frameBytes: count(4096, 64, 65_536, "longest frame body"),
        connections: count(1024, 1, 65_536, "sockets of all kinds"),
        connectionsPerAddress: count(256, 1, 65_536, "sockets from one address"),
        silentMs: count(5000, 100, 600_000, "to a first frame, and to the rest of a half frame"),
        outputBytes: count(1 * MIB, 65_536, 256 * MIB, "unsent replies before a slow client is closed"),
        heldBytes: count(
          32 * MIB,
          1 * MIB,
          1024 * MIB,
          "replies waiting for the disk before input is paused",
        ),
        feedBytes: count(4 * MIB, 65_536, 256 * MIB, "unsent public messages before SLOW_CONSUMER"),
        feedSubscribers: count(256, 1, 65_536, "feed sockets"),
        httpPerSecond: count(100, 1, 100_000, "HTTP requests per address and second"),
      },
      { ...strict, default: {} },
    ),
    pump: Type.Object(
      {
        spinUs: count(8, 0, 1000, "same-tick polling after input"),
        lingerUs: count(400, 0, 1_000_000, "polling by setImmediate after the last record, before sleeping"),
      },
      { ...strict, default: {} },
    ),
    leavesFile: Type.Optional(
      path(
        "leaves.bin of `sealbook recover`: start from the chain's data when journal and snapshots are lost",
      ),
    ),
    tickMs: count(10, 1, 10_000, "period of host ticks"),
    quote: Type.Object(
      {
        mode: Type.Literal("simulated", { description: "the only quoting enclave this build knows" }),
        pkiSeed: Type.String({ format: "hex", description: "seed of the simulated PKI, hex" }),
      },
      strict,
    ),
    log: Type.Union(
      [..."fatal error warn info debug silent".split(" ")].map((level) => Type.Literal(level)),
      { default: "info" },
    ),
  },
  strict,
);

type Mutable = Static<typeof ConfigSchema>;
type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;
export type Config = DeepReadonly<Mutable>;

/** What a caller may write: defaults and absences allowed. Checked by `checkConfig`, whatever TypeScript thinks of it. */
export type ConfigInput = Record<string, unknown>;

/**
 * Checks a configuration against the schema and the file system; relative paths count from `base`.
 *
 * @throws ConfigError naming every fault at once
 */
export function checkConfig(input: unknown, base = process.cwd()): Config {
  const value = Value.Default(ConfigSchema, structuredClone(input));
  const problems = shapeProblems(value);
  const at = soundValues(value, problems);
  for (const path of FILE_PATHS) {
    const file = at(path);
    if (typeof file === "string") ValuePointer.Set(value as object, path, resolve(base, file));
  }
  problems.push(...meaningProblems(at));
  if (problems.length > 0) throw new ConfigError(problems);
  return deepFreeze(value as Mutable);
}

/** @throws ConfigError when the file is missing, is not JSON, or has faults */
export function readConfig(file: string): Config {
  let input: unknown;
  try {
    input = JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    throw new ConfigError([{ path: file, problem: causeText(cause), fix: "Give the path of a JSON file" }]);
  }
  return checkConfig(input, dirname(resolve(file)));
}

function shapeProblems(value: unknown): ConfigProblem[] {
  const problems = new Map<string, ConfigProblem>();
  for (const error of Value.Errors(ConfigSchema, value)) {
    const at = error.path === "" ? "/" : error.path;
    // One fault a path: a missing object also reports each of its members.
    if (problems.has(at)) continue;
    const wanted = error.schema.description === undefined ? "" : ` (${error.schema.description})`;
    const isUnknown = error.message === "Unexpected property";
    problems.set(at, {
      path: at,
      problem: isUnknown ? "unknown key" : `${error.message.toLowerCase()}, found ${preview(error.value)}`,
      fix: isUnknown ? "Remove it or correct its spelling" : `Set it${wanted}`,
    });
  }
  return [...problems.values()];
}

function preview(value: unknown): string {
  if (value === undefined) return "nothing";
  // Only kinds of value, never contents: a secret pasted into the wrong field must not reach a log.
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return Array.isArray(value) ? "an array" : value === null ? "null" : `a ${typeof value}`;
}

const FILE_PATHS = [
  "/dataDir",
  "/enclave/library",
  "/enclave/image",
  "/enclave/configFile",
  "/chain/posterKeyFile",
  "/listen/unix",
  "/leavesFile",
];

/** The value at a path whose shape is good; undefined where it is absent, or where it or what holds it has the wrong shape. */
function soundValues(value: unknown, problems: readonly ConfigProblem[]): (path: string) => unknown {
  const faulty = problems.map(({ path }) => (path === "/" ? "" : path));
  return (path) => {
    const isFaulty = faulty.some((fault) => path === fault || path.startsWith(`${fault}/`));
    return isFaulty ? undefined : ValuePointer.Get(value, path);
  };
}

/** What types cannot say, for every part whose type is right: so that one start shows all there is to mend. */
function meaningProblems(at: (path: string) => unknown): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  for (const path of ["in", "out", "ledger"].map((name) => `/enclave/ringBytes/${name}`)) {
    const bytes = at(path);
    if (typeof bytes !== "number" || (bytes & (bytes - 1)) === 0) continue;
    problems.push({ path, problem: `${bytes} is not a power of two`, fix: "Use 4194304, say" });
  }
  const enclave = at("/enclave") as { config?: unknown; configFile?: unknown } | undefined;
  if (enclave !== undefined && (enclave.config === undefined) === (enclave.configFile === undefined)) {
    problems.push({
      path: "/enclave",
      problem: "config and configFile exclude each other",
      fix: "Give exactly one of them",
    });
  }
  const [reserve, segment] = [at("/journal/reserveBytes"), at("/journal/segmentBytes")];
  if (typeof reserve === "number" && typeof segment === "number" && reserve * 2 > segment) {
    problems.push({
      path: "/journal/reserveBytes",
      problem: "more than half of segmentBytes",
      fix: `Use at most ${Math.floor(segment / 2)}`,
    });
  }
  const chain = at("/chain") as { lagReduceOnlyMs?: unknown; lagHaltMs?: unknown } | undefined;
  if (chain !== undefined && Number(chain.lagReduceOnlyMs) > Number(chain.lagHaltMs)) {
    problems.push({
      path: "/chain/lagHaltMs",
      problem: "less than lagReduceOnlyMs",
      fix: `Use at least ${chain.lagReduceOnlyMs}`,
    });
  }
  const rpcUrls = at("/chain/rpcUrls");
  const quorum = at("/chain/quorum");
  if (Array.isArray(rpcUrls) && typeof quorum === "number" && quorum > rpcUrls.length + 1) {
    problems.push({
      path: "/chain/quorum",
      problem: `more than the ${rpcUrls.length + 1} node(s) configured`,
      fix: "Add nodes to rpcUrls, or ask fewer to agree",
    });
  }
  for (const path of [
    "/enclave/library",
    "/enclave/image",
    "/enclave/configFile",
    "/chain/posterKeyFile",
    "/leavesFile",
  ]) {
    const file = at(path);
    if (typeof file === "string") problems.push(...fileProblems(path, file, path === "/chain/posterKeyFile"));
  }
  return problems;
}

function fileProblems(at: string, file: string, isSecret: boolean): ConfigProblem[] {
  try {
    const stat = statSync(file);
    if (!stat.isFile())
      return [{ path: at, problem: `${file} is not a file`, fix: "Give the path of a file" }];
    if (isSecret && (stat.mode & 0o077) !== 0) {
      return [{ path: at, problem: `${file} can be read by others`, fix: `Run: chmod 600 ${file}` }];
    }
    return [];
  } catch (cause) {
    return [{ path: at, problem: causeText(cause), fix: "Create the file or correct the path" }];
  }
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const member of Object.values(value)) deepFreeze(member);
  }
  return value;
}
