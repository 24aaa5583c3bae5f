import { describe, expect, test } from "vitest";
import { median, ratios, spread } from "./statistics.ts";

describe("medians of rounds", () => {
  test("odd, even, one, none", () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(median([7])).toBe(7);
    expect(median([])).toBeNaN();
  });

  test("a spread keeps its rounds in order and refuses to summarise nothing", () => {
    expect(spread([30, 10, 20])).toEqual({ median: 20, min: 10, max: 30, rounds: [30, 10, 20] });
    expect(() => spread([])).toThrow(RangeError);
  });

  test("ratios pair round with round: a slow minute cancels out", () => {
    // Both doubled in the second round. The ratio of the medians would be the same here; of unpaired rounds it would not.
    expect(ratios([150, 300, 150], [100, 200, 100])).toMatchObject({ median: 1.5, min: 1.5, max: 1.5 });
    expect(() => ratios([1], [1, 2])).toThrow(RangeError);
  });
});
