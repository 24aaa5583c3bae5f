import { describe, expect, test } from "vitest";
import { duration, histogram } from "./histogram.ts";

describe("text histograms", () => {
  test("a bar an octave quarter, empty quarters left blank, ends named", () => {
    // 1 µs, two octaves of nothing, 4 µs: eight quarters apart.
    expect(
      histogram([
        [1000, 999],
        [4000, 1],
      ]),
    ).toBe("1 µs █       ▁ 4 µs");
  });

  test("two modes stay two", () => {
    const shape = histogram([
      [1000, 500],
      [1189, 20],
      [1414, 1],
      [1682, 20],
      [2000, 500],
    ]);
    expect(shape).toBe("1 µs █▄▁▄█ 2 µs");
  });

  test("what does not fit is counted, not dropped", () => {
    expect(
      histogram(
        [
          [1000, 9],
          [1_000_000, 1],
        ],
        8,
      ),
    ).toContain("1 of 10 beyond");
    expect(histogram([])).toBe("no samples");
  });

  test("durations in the unit a person would use", () => {
    expect([999, 1000, 52_340, 2_500_000, 3e9].map(duration)).toEqual([
      "999 ns",
      "1 µs",
      "52.3 µs",
      "2.5 ms",
      "3 s",
    ]);
  });
});
