const levels = " ▁▂▃▄▅▆▇█";

/**
 * The shape behind a percentile: samples per octave quarter as bars, from the first filled bucket to the p99.9, with the rest named
 * in the tail. Heights are logarithmic, or a tail of one in a thousand would be invisible.
 *
 * @param buckets `[upper bound in ns, samples]`, ascending
 */
export function histogram(buckets: readonly (readonly [number, number])[], width = 48): string {
  const total = buckets.reduce((sum, [, count]) => sum + count, 0);
  if (total === 0) return "no samples";
  const first = buckets[0]![0];
  const columns: number[] = [];
  let beyond = 0;
  for (const [bound, count] of buckets) {
    const column = Math.round(Math.log2(bound / first) * 4);
    if (column >= width) beyond += count;
    else columns[column] = (columns[column] ?? 0) + count;
  }
  const filled = Array.from(columns, (count) => count ?? 0);
  const highest = Math.log2(1 + Math.max(...filled));
  const bars = filled.map((count) => {
    if (count === 0) return levels[0];
    return levels[Math.max(1, Math.round((Math.log2(1 + count) / highest) * (levels.length - 1)))];
  });
  const last = first * 2 ** ((filled.length - 1) / 4);
  const tail = beyond > 0 ? `, ${beyond} of ${total} beyond` : "";
  return `${duration(first)} ${bars.join("")} ${duration(last)}${tail}`;
}

/** Nanoseconds as a person reads them, three digits. */
export function duration(ns: number): string {
  for (const [unit, size] of [
    ["s", 1e9],
    ["ms", 1e6],
    ["µs", 1e3],
  ] as const) {
    if (ns >= size) return `${Number((ns / size).toPrecision(3))} ${unit}`;
  }
  return `${Math.round(ns)} ns`;
}
