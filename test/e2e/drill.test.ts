import { runDrill } from "@sealbook/cli/devnet";
import { expect, test } from "vitest";

/**
 * The promise this venue stands on: kill everything but the chain, and everybody leaves with exactly what is theirs. Expected amounts come from
 * each trader's own fills, not from the state, the engine or the contract.
 */
test("everything but the chain dies, and everybody leaves to the unit", async () => {
  const report = await runDrill(BigInt(process.env.SEALBOOK_SEED ?? 42));
  expect(report.faults).toEqual([]);
  expect(report.fills).toBeGreaterThan(20);
  expect(report.positions).toBeGreaterThan(5);
  expect(report.optionPositions).toBeGreaterThan(0);
  expect(report.traders).toHaveLength(5);
  expect(new Set(report.traders.map(({ paid }) => paid)).size).toBe(5);
  // Somebody won and somebody lost: nobody simply got the deposit back.
  const deposits = [50_000_000_000n, 40_000_000_000n, 30_000_000_000n, 20_000_000_000n, 10_000_000_007n];
  expect(report.traders.filter(({ paid }, i) => paid > (deposits[i] as bigint)).length).toBeGreaterThan(0);
  expect(report.traders.filter(({ paid }, i) => paid < (deposits[i] as bigint)).length).toBeGreaterThan(0);
  expect(report.paidTotal).toBeLessThanOrEqual(report.vaultBefore);
  expect(report.gas.escapeMax).toBeGreaterThan(0n);
  expect(report.gas.escapeMax).toBeLessThanOrEqual(1_200_000n);
});
