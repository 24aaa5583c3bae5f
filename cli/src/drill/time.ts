import type { JsonRpcProvider } from "ethers";

/** Moves a development chain's clock past a moment and mines a block there. */
export async function warpPast(provider: JsonRpcProvider, seconds: number): Promise<void> {
  const block = await provider.getBlock("latest");
  const next = Math.max(seconds + 1, (block?.timestamp ?? 0) + 1);
  await provider.send("evm_setNextBlockTimestamp", [next]);
  await provider.send("evm_mine", []);
}
