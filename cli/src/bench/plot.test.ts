import { expect, test } from "vitest";
import { measureEngine, workloadCase } from "./engine.ts";
import { fakePrograms } from "./fake-measurements.ts";
import { latencyPlot } from "./plot.ts";

test("a curve for each kind that has samples, falling from left to right", async () => {
  const { run } = fakePrograms();
  const [engine] = await measureEngine(run, [workloadCase("W1", 42)], 1, () => {});
  engine!.latency_ns_buckets.cancel = [];
  const svg = latencyPlot([engine!]);
  const curves = [...svg.matchAll(/d="M([\d. L]+)" fill="none"/g)].map(([, points]) =>
    points!.split("L").map((point) => point.split(" ").map(Number)),
  );
  expect(curves.length).toBe(3);
  for (const points of curves) {
    // Half a million samples up to 96 ns and beyond, a fifth of them beyond 96.
    expect(points.length).toBe(2);
    expect(points[0]![0]).toBeLessThan(points[1]![0]!);
    expect(points[0]![1]).toBeLessThan(points[1]![1]!);
  }
  expect(svg).not.toMatch(/NaN|undefined|Infinity/);
});
