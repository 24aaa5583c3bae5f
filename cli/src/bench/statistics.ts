/** The middle value; the mean of the two middle ones when there are two. NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return Number.NaN;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Median over the rounds, with the extremes: on a shared machine the spread says how far to trust the middle. */
export interface Spread {
  median: number;
  min: number;
  max: number;
  rounds: number[];
}

/** @throws RangeError when there are no rounds: a median of nothing would read as a figure. */
export function spread(rounds: readonly number[]): Spread {
  if (rounds.length === 0) throw new RangeError("no rounds to summarise");
  return {
    median: round(median(rounds)),
    min: Math.min(...rounds),
    max: Math.max(...rounds),
    rounds: [...rounds],
  };
}

/** Ratio round by round, so that a slow minute of the machine is in both halves; then the median of the ratios. */
export function ratios(ours: readonly number[], floor: readonly number[]): Spread {
  if (ours.length !== floor.length) throw new RangeError(`${ours.length} rounds against ${floor.length}`);
  return spread(ours.map((value, i) => round(value / floor[i]!)));
}

/** Three decimals: more would claim a precision no round has. */
export function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
