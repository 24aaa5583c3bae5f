import { Fields } from "./fields.ts";
import type { RunProgram } from "./programs.ts";
import { type Spread, spread } from "./statistics.ts";

/**
 * What an oracle round costs. Portfolio margin: every option's scenario vector once, then one dot product an account. The sweep of
 * accounts with perpetuals: those the index by distance to liquidation names, beside all of them.
 */
export interface RiskReport {
  seed: number;
  accounts: number;
  /** Options of each account. An account of the engine holds 16 positions: twenty options are two sub-accounts there. */
  legs: number;
  options: number;
  scenarios: number;
  pricing_us: Spread;
  accounts_us: Spread;
  /** Pricing and all accounts. */
  round_us: Spread;
  sweep_accounts: number;
  sweep_index_us: Spread;
  sweep_all_us: Spread;
}

export async function measureRisk(
  run: RunProgram,
  seed: number,
  rounds: number,
  onRun: () => void,
): Promise<RiskReport> {
  const runs: Fields[] = [];
  for (let round = 0; round < rounds; round++) {
    const args = ["bench-risk", "--seed", String(seed), "--rounds", "1", "--json"];
    runs.push(new Fields("sealbook-sim bench-risk", await run("sealbook-sim", args)));
    onRun();
  }
  const first = (name: string) => runs[0]!.number(name);
  const all = (name: string) => spread(runs.map((fields) => fields.number(name)));
  return {
    seed,
    accounts: first("accounts"),
    legs: first("legs"),
    options: first("options"),
    scenarios: first("scenarios"),
    pricing_us: all("pricing_us"),
    accounts_us: all("accounts_us"),
    round_us: all("round_us"),
    sweep_accounts: first("sweep_accounts"),
    sweep_index_us: all("sweep_index_us"),
    sweep_all_us: all("sweep_all_us"),
  };
}
