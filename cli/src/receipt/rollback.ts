import { climb, type Rollback } from "@sealbook/sdk";
import type { DigestSource } from "./answer.ts";

export interface RollbackVerdict {
  /** The two heads cannot be of one history. */
  isBroken: boolean;
  found: string;
}

/**
 * Whether the second head's history has lost the first. A sequence runs on over epochs, so a later epoch below an earlier head says it alone;
 * else the records between must lead to the second head from another hash than the first one's.
 */
export async function judgeRollback(
  { heads: [lost, own] }: Rollback,
  source: DigestSource | undefined,
): Promise<RollbackVerdict> {
  if (own.epoch > lost.epoch && own.sequence < lost.sequence) {
    const found = `epoch ${own.epoch} stands at ${own.sequence}, below ${lost.sequence}, which epoch ${lost.epoch} had signed`;
    return { isBroken: true, found };
  }
  if (own.sequence < lost.sequence)
    return { isBroken: false, found: `one head is further on than the other, both in epoch ${own.epoch}` };
  if (source === undefined) {
    const found =
      "two heads of different places; whether the one leads to the other, the records between them show: --data FOLDER or --host URL";
    return { isBroken: false, found };
  }
  const { before, digests } = await source.read(lost.sequence + 1n, own.sequence);
  if (before === undefined || climb(before, digests) !== own.chainHash) {
    const found = `the records of ${source.name} do not lead to the second head, so they say nothing of the first`;
    return { isBroken: false, found };
  }
  return before === lost.chainHash
    ? { isBroken: false, found: "the first head is on the history of the second: nothing was lost" }
    : {
        isBroken: true,
        found: `at sequence ${lost.sequence} the history of the second head has ${before}, the first was signed for ${lost.chainHash}`,
      };
}
