import { type CommandKind, commandKinds, type EngineReport } from "./engine.ts";
import { duration } from "./histogram.ts";

const [width, height, left, bottom, gap] = [720, 200, 60, 34, 18];
const colours: Record<CommandKind, string> = {
  add: "#1b6ca8",
  cross_gtc: "#c05621",
  ioc: "#6b46c1",
  cancel: "#2f855a",
};
const [nsMin, nsMax] = [4, 65_536];

/**
 * Latency by command kind, one panel a workload: across, nanoseconds, logarithmic; up, the share of commands that took at least as
 * long, logarithmic, so that a p99.99 is as easy to read as a median.
 */
export function latencyPlot(engines: readonly EngineReport[]): string {
  const total = engines.length * (height + bottom + gap) + gap;
  const panels = engines.map((engine, index) => panel(engine, gap + index * (height + bottom + gap)));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${total}" font-family="sans-serif" font-size="11">`,
    `<rect width="${width}" height="${total}" fill="#fff"/>`,
    ...panels,
    "</svg>\n",
  ].join("\n");
}

const across = (ns: number) => {
  const share = Math.log2(Math.min(Math.max(ns, nsMin), nsMax) / nsMin) / Math.log2(nsMax / nsMin);
  return round(left + share * (width - left - 20));
};
/** From one down to one in a hundred thousand. */
const up = (share: number) => round((Math.min(5, -Math.log10(share)) / 5) * height);
const round = (value: number) => Math.round(value * 10) / 10;

function panel(engine: EngineReport, top: number): string {
  const lines = [`<g transform="translate(0 ${top})">`];
  for (let ns = nsMin; ns <= nsMax; ns *= 4) {
    lines.push(`<path d="M${across(ns)} 0V${height}" stroke="#ddd"/>`);
    lines.push(`<text x="${across(ns)}" y="${height + 14}" text-anchor="middle">${duration(ns)}</text>`);
  }
  for (const [name, share] of [
    ["p50", 0.5],
    ["p90", 0.1],
    ["p99", 0.01],
    ["p99.9", 0.001],
    ["p99.99", 0.0001],
  ] as const) {
    lines.push(`<path d="M${left} ${up(share)}H${width - 20}" stroke="#ddd"/>`);
    lines.push(`<text x="${left - 6}" y="${up(share) + 4}" text-anchor="end">${name}</text>`);
  }
  const shown = commandKinds.filter((kind) => engine.latency_ns_buckets[kind].length > 0);
  for (const kind of shown) {
    lines.push(
      `<path d="${curve(engine.latency_ns_buckets[kind])}" fill="none" stroke="${colours[kind]}" stroke-width="1.5"/>`,
    );
  }
  lines.push(`<text x="${left}" y="${height + 29}">${engine.workload}, seed ${engine.seed}:</text>`);
  shown.forEach((kind, index) => {
    const x = left + 120 + index * 110;
    lines.push(
      `<text x="${x}" y="${height + 29}" fill="${colours[kind]}">— ${kind.replace("_", " ")}</text>`,
    );
  });
  return [...lines, "</g>"].join("\n");
}

/** The share of samples beyond each bound. */
function curve(buckets: readonly (readonly [number, number])[]): string {
  const total = buckets.reduce((sum, [, samples]) => sum + samples, 0);
  let beyond = total;
  const points = buckets.map(([bound, samples]) => {
    const point = `${across(bound)} ${up(beyond / total)}`;
    beyond -= samples;
    return point;
  });
  return `M${points.join("L")}`;
}
