import { sha256 } from "@noble/hashes/sha2.js";
import { toHex } from "../bytes.ts";
import type { Roots } from "../roots.ts";
import { emitSpki } from "./certificates.ts";
import { type Curve, deriveKey } from "./keys.ts";
import { ROOT_LABEL } from "./labels.ts";

/** The roots under which the evidence of `seed` verifies, and no other. P-384 pins are computed when first asked for. */
export function simulatedRoots(seed: Uint8Array): Roots {
  const kept = seed.slice();
  const pins = new Map<string, string>();
  const pin = (label: string, curve: Curve) => {
    const known = pins.get(label) ?? toHex(sha256(emitSpki(deriveKey(kept, label, curve))));
    pins.set(label, known);
    return known;
  };
  return {
    name: "simulated",
    isSimulated: true,
    intelSgx: pin(ROOT_LABEL.intel, "P-256"),
    amd: {
      get milan() {
        return pin(ROOT_LABEL.milan, "P-384");
      },
      get genoa() {
        return pin(ROOT_LABEL.genoa, "P-384");
      },
      get turin() {
        return pin(ROOT_LABEL.turin, "P-384");
      },
    },
    get nitro() {
      return pin(ROOT_LABEL.nitro, "P-384");
    },
  };
}
