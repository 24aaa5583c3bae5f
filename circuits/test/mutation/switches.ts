/** Sources in which every constraint can be taken away while solving, and every hint replaced by a lie: two oracles ask the test. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { room, type Sources } from "../../src/source.ts";
import { circuitFiles, type Site } from "./sites.ts";

/** The sources with every site switched: `isOn(site, left, right)` for constraints, `told(site, honest)` for what hints say. */
export function switchable(sites: readonly Site[]): Sources {
  const sources: Record<string, string> = { "gadgets.nr": sourceOf("gadgets.nr") + ORACLES };
  for (const file of circuitFiles()) {
    const own = sites.flatMap((site, id) => (site.file === file ? [{ site, id }] : []));
    let source = sourceOf(file);
    // From the last to the first: places before stay where they are. No site lies within another.
    for (const { site, id } of own.sort((a, b) => b.site.begin - a.site.begin))
      source =
        source.slice(0, site.begin) +
        switched(site, id, source.slice(site.begin, site.end)) +
        source.slice(site.end);
    sources[file] = source;
  }
  // The new leaf of each walk is told too, so that a test can learn what it became.
  const walk = "gadgets/merkle.nr";
  const told = `let mut new = unsafe { crate::gadgets::told(${sites.length}, after) };`;
  sources[walk] = sources[walk]!.replace("let mut new = after;", () => told);
  if (!sources[walk].includes(told)) throw new Error(`SWITCH_WALK: ${walk} has another beginning.`);
  return sources;
}

/** The sources without one constraint. */
export function without(site: Site): Sources {
  const source = sourceOf(site.file);
  return { [site.file]: `${source.slice(0, site.begin)}${source.slice(site.end).replace(/^;/, "")}` };
}

const sourceOf = (file: string): string => readFileSync(join(room, file), "utf8");

function switched(site: Site, id: number, text: string): string {
  switch (site.kind) {
    case "constraint": {
      // What an equality compares is told, so that a test can learn what a circuit would have.
      const [, left, right] = /^assert\(([^=]*) == ([^=,]*)(?:, "\w*")?\)$/.exec(text) ?? ["", "0", "0"];
      return `if unsafe { crate::gadgets::is_on(${id}, ${left}, ${right}) } { ${text}; }`;
    }
    case "hint":
      return `unsafe { crate::gadgets::told(${id}, ${text.slice("unsafe {".length, -1)}) }`;
    case "decomposition": {
      const scalar = /^EmbeddedCurveScalar::from_field\((.*)\)$/.exec(text)?.[1];
      return scalar
        ? `crate::gadgets::scalar_of(${id}, ${scalar})`
        : `crate::gadgets::bits_of(${id}, ${text.replace(/\.to_le_bits\(\)$/, "")})`;
    }
  }
}

const ORACLES = `
#[oracle(isOn)]
unconstrained fn is_on_oracle<T>(site: Field, left: T, right: T) -> bool {}

#[oracle(told)]
unconstrained fn told_oracle<T>(site: Field, honest: T) -> T {}

pub unconstrained fn is_on<T>(site: Field, left: T, right: T) -> bool {
    is_on_oracle(site, left, right)
}

pub unconstrained fn told<T>(site: Field, honest: T) -> T {
    told_oracle(site, honest)
}

unconstrained fn honest_bits<let N: u32>(value: Field) -> [bool; N] {
    let all: [bool; 254] = value.to_le_bits();
    let mut bits = [false; N];
    for at in 0..N {
        bits[at] = all[at];
    }
    bits
}

pub fn bits_of<let N: u32>(site: Field, value: Field) -> [bool; N] {
    // Safety: none, that is the point.
    if unsafe { is_on(site, 0, 0) } { value.to_le_bits() } else { unsafe { told(site, honest_bits(value)) } }
}

unconstrained fn honest_scalar(value: Field) -> std::embedded_curve_ops::EmbeddedCurveScalar {
    std::embedded_curve_ops::EmbeddedCurveScalar::from_field(value)
}

pub fn scalar_of(site: Field, value: Field) -> std::embedded_curve_ops::EmbeddedCurveScalar {
    // Safety: as above.
    if unsafe { is_on(site, 0, 0) } {
        std::embedded_curve_ops::EmbeddedCurveScalar::from_field(value)
    } else {
        unsafe { told(site, honest_scalar(value)) }
    }
}
`;
