/** Rounds of prices between oracles, engine and proof: what the engine is told, and what it made of it. */
import { instrumentOf, type Operation, type Quote, type State } from "@sealbook/circuits";
import type { SystemCommand } from "@sealbook/wire";
import type { ValidityEngine } from "./engine.ts";

/** The engine's command for a round; who signed it was judged before. `time` in µs. */
export function roundCommand(
  round: bigint,
  time: bigint,
  prices: readonly { instrument: number; index: bigint }[],
): SystemCommand {
  return {
    type: "oracle-round",
    round,
    timeUs: time,
    prices: prices.map(({ instrument, index }) => ({ type: "oracle-price", instrument, index })) as never,
    signatures: [],
  };
}

/** Of an instrument's leaf. */
export function quoteOf(words: readonly bigint[]): Quote {
  const { id, mark, index, fundingIndex } = instrumentOf(words);
  return { instrument: id, mark, index, fundingIndex };
}

/** What a round's liquidations took over: with empty books nothing else moves a position in a round. The engine's order. */
export function takeovers(before: State, engine: ValidityEngine): Operation[] {
  return [...before.accounts.keys()]
    .filter((account) => account !== 0)
    .sort((a, b) => a - b)
    .flatMap((account) => {
      const after = stateOfOne(engine, account);
      return before.accounts.get(account)!.positions.map(({ instrument, size }) => {
        const gone = size - (after.get(instrument) ?? 0n);
        return { kind: "liquidate" as const, account, instrument, lots: gone < 0n ? -gone : gone };
      });
    })
    .filter(({ lots }) => lots > 0n);
}

function stateOfOne(engine: ValidityEngine, account: number): Map<number, bigint> {
  const sizes = new Map<number, bigint>();
  for (const word of engine.account(account)?.slice(4) ?? [])
    if (word !== 0n) sizes.set(Number(BigInt.asUintN(16, word)), BigInt.asIntN(64, word >> 16n));
  return sizes;
}
