import { sha256 } from "@noble/hashes/sha2.js";
import { toHex } from "../bytes.ts";
import type { Roots } from "../roots.ts";
import { parseCertificate } from "../x509/certificate.ts";
import { simulatedPki } from "./pki.ts";

/** No key has this hash: the simulation has no such platform yet, and an absent root must match nothing. */
const NONE = "";

/** The roots under which the evidence of `seed` verifies. */
export function simulatedRoots(seed: Uint8Array): Roots {
  const root = parseCertificate(simulatedPki(seed).root.certificate);
  return {
    name: "simulated",
    isSimulated: true,
    intelSgx: toHex(sha256(root.spki)),
    amd: { milan: NONE, genoa: NONE, turin: NONE },
    nitro: NONE,
  };
}
