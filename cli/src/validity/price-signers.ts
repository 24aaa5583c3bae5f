/** Who may sign a round of prices for a proven batch: what `ValidityPath` asks, asked before anything is built on it. */
import { emitQuote } from "@sealbook/circuits";
import { provenPricesTypes, signatureDomain } from "@sealbook/contracts";
import { Contract, verifyTypedData } from "ethers";
import type { PathChain } from "../prove/index.ts";
import type { SignedPrices } from "../prove/prices-file.ts";
import { ValidityRefusal } from "./refusal.ts";

const abi = [
  "function isOracleSigner(address) view returns (bool)",
  "function ORACLE_THRESHOLD() view returns (uint8)",
];

/** More than any path wants; each is recovered here. */
const SIGNATURES_MAX = 16;

export async function priceSigners(
  chain: PathChain,
  facts: { chainId: bigint; settlement: string },
): Promise<(prices: SignedPrices) => Promise<void>> {
  const path = new Contract(await chain.path.getAddress(), abi, chain.provider);
  const threshold = Number(await path.getFunction("ORACLE_THRESHOLD")());
  const { instruments } = await chain.sizes();
  const known = new Set<string>();
  const isKnown = async (signer: string) => {
    if (!known.has(signer) && (await path.getFunction("isOracleSigner")(signer))) known.add(signer);
    return known.has(signer);
  };
  return async ({ round, time, quotes, signatures }) => {
    // Blanks first, as the batch's words have them.
    const rows = [...quotes].sort((a, b) => a.instrument - b.instrument).map(emitQuote);
    const blanks = new Array<bigint>(Math.max(0, instruments - rows.length)).fill(0n);
    const message = { round, time, instruments: [...blanks, ...rows] };
    const domain = signatureDomain(facts.chainId, facts.settlement);
    const isEnough = signatures.length >= threshold && signatures.length <= SIGNATURES_MAX;
    const signers = isEnough
      ? signatures.map((one) => verifyTypedData(domain, provenPricesTypes, message, one))
      : [];
    const isAscending = signers.every((one, at) => at === 0 || BigInt(one) > BigInt(signers[at - 1]!));
    const isAll = isEnough && isAscending && (await Promise.all(signers.map(isKnown))).every(Boolean);
    if (!isAll)
      throw new ValidityRefusal(
        "BAD_SIGNATURE",
        `a round wants ${threshold} signatures of the path's oracles, by ascending signer`,
      );
  };
}
