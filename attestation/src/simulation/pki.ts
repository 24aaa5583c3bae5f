import { toHex } from "../bytes.ts";
import { issue, type SimulatedAuthority } from "./certificates.ts";
import { ROOT_LABEL } from "./labels.ts";
import { emitPckExtension, PCK_EXTENSION_OID } from "./pck-extension.ts";
import { type SimulatedPlatform, simulatedPlatform } from "./platform.ts";

/** A whole Intel-shaped hierarchy under a root that nobody outside the simulation pins. */
export interface SimulatedPki {
  readonly root: SimulatedAuthority;
  readonly platformCa: SimulatedAuthority;
  readonly pck: SimulatedAuthority;
  readonly tcbSigning: SimulatedAuthority;
  readonly platform: SimulatedPlatform;
}

export interface SimulatedPkiOptions {
  readonly platform?: Partial<SimulatedPlatform>;
  /** End of the PCK certificate's validity. */
  readonly pckNotAfter?: Date;
}

/** Hierarchies already built: signing certificates costs far more than remembering them, and they never change. */
const BUILT_MAX = 32;
const built = new Map<string, SimulatedPki>();

/** Same seed and options, same bytes, in every process: fixed dates, derived keys and serials, RFC 6979 nonces. */
export function simulatedPki(seed: Uint8Array, options: SimulatedPkiOptions = {}): SimulatedPki {
  const { platform, pckNotAfter } = options;
  const name = `${toHex(seed)} ${JSON.stringify({ platform, pckNotAfter })}`;
  const known = built.get(name);
  if (known) return known;
  const pki = build(seed, options);
  if (built.size >= BUILT_MAX) built.delete(built.keys().next().value as string);
  built.set(name, pki);
  return pki;
}

function build(seed: Uint8Array, options: SimulatedPkiOptions): SimulatedPki {
  const platform = { ...simulatedPlatform(seed), ...options.platform };
  const root = issue(seed, { commonName: "Simulated SGX Root CA", label: ROOT_LABEL.intel, pathLength: 1 });
  const platformCa = issue(seed, {
    commonName: "Simulated SGX PCK Platform CA",
    label: "platform-ca",
    issuer: root,
    pathLength: 0,
  });
  const pck = issue(seed, {
    commonName: "Simulated SGX PCK Certificate",
    label: "pck",
    issuer: platformCa,
    extensions: [[PCK_EXTENSION_OID, emitPckExtension(platform)]],
    ...(options.pckNotAfter ? { notAfter: options.pckNotAfter } : {}),
  });
  const tcbSigning = issue(seed, {
    commonName: "Simulated SGX TCB Signing",
    label: "tcb-signing",
    issuer: root,
  });
  return { root, platformCa, pck, tcbSigning, platform };
}
