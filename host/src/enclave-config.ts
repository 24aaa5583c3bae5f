import { readFileSync } from "node:fs";
import { decodeEnclaveConfig, type EnclaveConfig, fromHex, ParseError } from "@sealbook/wire";
import type { Config } from "./config.ts";
import { ConfigError, causeText } from "./errors.ts";

/** The attested configuration: its bytes go to the enclave as they are, what they say is the host's to check. */
export interface AttestedConfig {
  bytes: Uint8Array;
  message: EnclaveConfig;
}

/** From `enclave.config` or `enclave.configFile`. @throws ConfigError naming the field and, inside the message, the byte */
export function readEnclaveConfig(config: Config): AttestedConfig {
  const { config: hex, configFile } = config.enclave;
  const path = hex === undefined ? "/enclave/configFile" : "/enclave/config";
  try {
    const bytes = hex === undefined ? readFileSync(configFile!) : fromHex(hex, (hex.length - 2) / 2);
    return { bytes, message: decodeEnclaveConfig(bytes) };
  } catch (cause) {
    const isForeign = cause instanceof ParseError;
    throw new ConfigError([
      {
        path,
        problem: isForeign ? `no enclave-config message: ${cause.message}` : causeText(cause),
        fix: "Use the bytes that were made for this venue, as docs/wire.md describes them",
      },
    ]);
  }
}
