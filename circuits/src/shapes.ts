/** The statements there are: sizes here and in the `.nr` file of the same name must agree, which compiling checks. */
import type { Shape } from "./batch.ts";

export const shapes = {
  /** For tests: proven in seconds. */
  batch2: { name: "batch2", accounts: 4, instruments: 2, operations: 2, levels: 23 },
  batch8: { name: "batch8", accounts: 12, instruments: 4, operations: 8, levels: 21 },
  /** As much as 2^19 gates hold. */
  batch30: { name: "batch30", accounts: 36, instruments: 8, operations: 30, levels: 19 },
} as const satisfies Record<string, Shape>;

/** Name of a statement's main file in the room, without `.nr`. */
export type StatementName = keyof typeof shapes;
