/** What a venue in validity mode is told: one JSON file, checked whole before anything is started. */
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { InstrumentConfig } from "@sealbook/wire";
import { isAddress } from "ethers";
import { UsageError } from "../errors.ts";

export interface ValidityConfig {
  readonly rpcUrl: string;
  /** The validity path. */
  readonly path: string;
  /** File with the key that pays for batches, 64 hex digits. */
  readonly posterKeyFile: string;
  /** Leaves the venue was deployed with: `sealbook prove genesis`. */
  readonly genesis: string;
  readonly markets: readonly InstrumentConfig[];
  readonly dataDir: string;
  readonly listen: {
    readonly host: string;
    readonly tcp: number;
    readonly http: number;
    readonly unix?: string;
  };
  /** Folder of the public reference string; without it a development one, good for chain 31337 alone. */
  readonly crs?: string;
  readonly devSeed?: string;
  readonly batchMs?: number;
  readonly confirmations?: number;
}

type Json = Record<string, unknown>;

/** @throws {UsageError} that names the place */
export function readValidityConfig(file: string): ValidityConfig {
  const config = readJson(file);
  const here = (path: string) => resolve(dirname(file), path);
  const listen = (config.listen ?? {}) as Json;
  const address = text(config, "path");
  if (!isAddress(address)) throw new UsageError(`${file}: path is no address`);
  return {
    rpcUrl: text(config, "rpcUrl"),
    path: address,
    posterKeyFile: here(text(config, "posterKeyFile")),
    genesis: here(text(config, "genesis")),
    markets: marketsOf(config),
    dataDir: here(text(config, "dataDir")),
    listen: {
      host: typeof listen.host === "string" ? listen.host : "127.0.0.1",
      tcp: whole(listen, "tcp", 0),
      http: whole(listen, "http", 0),
      ...(listen.unix === undefined ? {} : { unix: here(text(listen, "unix")) }),
    },
    ...(config.crs === undefined ? {} : { crs: here(text(config, "crs")) }),
    ...(config.devSeed === undefined ? {} : { devSeed: text(config, "devSeed") }),
    ...(config.batchMs === undefined ? {} : { batchMs: whole(config, "batchMs") }),
    ...(config.confirmations === undefined ? {} : { confirmations: whole(config, "confirmations") }),
  };
}

/** The perpetuals of a configuration. @throws {UsageError} */
export function readMarkets(file: string): InstrumentConfig[] {
  return marketsOf(readJson(file));
}

/** As a file has it: numbers beyond 2^53 are decimal strings. */
export function emitValidityConfig(config: ValidityConfig): string {
  return `${JSON.stringify(config, (_, value) => (typeof value === "bigint" ? `${value}` : value), 2)}\n`;
}

function marketsOf(config: Json): InstrumentConfig[] {
  if (!Array.isArray(config.markets) || config.markets.length === 0)
    throw new UsageError("markets is a list of at least one perpetual");
  return (config.markets as Json[]).map((one): InstrumentConfig => {
    if (one.kind !== undefined && one.kind !== "perpetual")
      throw new UsageError(
        "validity mode lists perpetuals: options want volatility rounds, which no proof knows",
      );
    return {
      instrument: whole(one, "instrument"),
      symbol: text(one, "symbol"),
      kind: "perpetual",
      tickValue: big(one, "tickValue"),
      lotsMax: whole(one, "lotsMax"),
      priceTicksMax: whole(one, "priceTicksMax"),
      initialPpm: whole(one, "initialPpm"),
      maintenancePpm: whole(one, "maintenancePpm"),
      makerFeePpm: signed(one, "makerFeePpm"),
      takerFeePpm: signed(one, "takerFeePpm"),
      liquidationFeePpm: whole(one, "liquidationFeePpm", 0),
      index: big(one, "index"),
    };
  });
}

function readJson(file: string): Json {
  try {
    const found = JSON.parse(readFileSync(file, "utf8")) as unknown;
    if (typeof found !== "object" || found === null || Array.isArray(found)) throw new Error("no object");
    return found as Json;
  } catch (cause) {
    throw new UsageError(`${file} is not a JSON configuration (${(cause as Error).message})`);
  }
}

function text(one: Json, name: string): string {
  if (typeof one[name] !== "string" || one[name] === "")
    throw new UsageError(`${name} is missing, or no text`);
  return one[name];
}

function signed(one: Json, name: string): number {
  const value = one[name];
  if (typeof value !== "number" || !Number.isSafeInteger(value))
    throw new UsageError(`${name} is missing, or no whole number`);
  return value;
}

function whole(one: Json, name: string, otherwise?: number): number {
  if (one[name] === undefined && otherwise !== undefined) return otherwise;
  const value = signed(one, name);
  if (value < 0) throw new UsageError(`${name} is negative`);
  return value;
}

function big(one: Json, name: string): bigint {
  const value = one[name];
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return BigInt(value);
  if (typeof value === "string" && /^\d{1,20}$/.test(value)) return BigInt(value);
  throw new UsageError(`${name} is missing, or no whole number`);
}
