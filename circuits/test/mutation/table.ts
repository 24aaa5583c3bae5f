/** Everything that is known to be refused, and the constraints of which nothing shows that they are needed. */
import { badBatches } from "./bad-batches.ts";
import { badGadgets } from "./bad-gadgets.ts";
import { badWitnesses } from "./bad-witnesses.ts";
import type { Bad } from "./runner.ts";

export const cases: readonly Bad[] = [...badBatches, ...badWitnesses, ...badGadgets];

const LIMB =
  "Without it the language's own multiplication of points refuses such a limb when solving, so no witness shows it. Kept: what the proving system does with such a limb is written nowhere.";

/** Constraints without a killer, by part of their key, and why they stand. */
export const reasons: Readonly<Record<string, string>> = {
  "assert(W == 5 + M + 2 * N)": "Sizes of the statement, known when it compiles: with others it does not.",
  "signature.s_low.assert": LIMB,
  "signature.s_high.assert": LIMB,
};
