/** Every constraint of the room's sources, found in their text: statements that assert or bound, hints, and decompositions. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { room } from "../../src/source.ts";

export interface Site {
  /** `file function: text`, white space folded: a constraint that changes is another site. */
  readonly key: string;
  readonly file: string;
  /** A statement that only constrains; a guess from outside the circuit; bits or limbs that the language constrains. */
  readonly kind: "constraint" | "hint" | "decomposition";
  readonly begin: number;
  readonly end: number;
}

/** Files whose functions statements are made of; the statements themselves hold sizes alone. */
export function circuitFiles(): string[] {
  const gadgets = readdirSync(join(room, "gadgets")).filter((name) => name.endsWith(".nr"));
  return ["batch.nr", "ledger.nr", "operation.nr", ...gadgets.sort().map((name) => `gadgets/${name}`)];
}

/** What may constrain: each such word of the text must lie in a site, or the enumeration has missed something. */
const CONSTRAINING = /\b(?:assert\w*|check\w*|unsafe|to_[lb]e_(?:bits|bytes|radix)|from_field)\b/g;
const STATEMENT =
  /^(?:assert\w*(?:::<[^>]*>)?\(|check_\w+\(|[^;={}]*\.assert_max_bit_size::<[^>]*>\(\)$|[\w.]+\.check\(\)$)/;
const DECOMPOSITION =
  /((?:\([^()]*\)|[\w.[\]]+)\.to_le_bits\(\))|(EmbeddedCurveScalar::from_field\([\w.]+\))/g;

/** Constraint sites of one source. @throws if a word that constrains lies in none */
export function sitesOf(file: string, source: string): Site[] {
  const text = blanked(source);
  const sites: Site[] = [];
  const bodies = functionsOf(text);
  const add = (kind: Site["kind"], begin: number, end: number) => {
    const name = bodies.find((body) => body.begin <= begin && end <= body.end)?.name ?? "";
    const folded = source.slice(begin, end).replace(/\s+/g, " ").replace(/\( /g, "(").replace(/,? \)/g, ")");
    sites.push({ key: `${file} ${name}: ${folded}`, file, kind, begin, end });
  };
  for (const body of bodies.filter((one) => !one.isUnconstrained)) {
    for (const [begin, end] of statementsOf(text, body.begin, body.end))
      if (STATEMENT.test(text.slice(begin, end))) add("constraint", begin, end);
    const inside = text.slice(body.begin, body.end);
    for (const found of inside.matchAll(/\bunsafe \{/g)) {
      const begin = body.begin + found.index;
      add("hint", begin, closing(text, begin + "unsafe ".length) + 1);
    }
    for (const found of inside.matchAll(DECOMPOSITION))
      add("decomposition", body.begin + found.index, body.begin + found.index + found[0].length);
  }
  for (const found of text.matchAll(CONSTRAINING)) {
    const isOurs = (begin: number, end: number) => begin <= found.index && found.index < end;
    const isKnown =
      sites.some((site) => isOurs(site.begin, site.end)) ||
      bodies.some((body) => isOurs(body.begin, body.end) && body.isUnconstrained) ||
      /\b(?:fn|use [\w:]+::\{[^}]*|use [\w:]+|,)\s*$/.test(text.slice(0, found.index));
    if (!isKnown)
      throw new Error(`SITE_UNKNOWN: ${file} has \`${found[0]}\` at ${found.index} where no site is.`);
  }
  return sites.sort((a, b) => a.begin - b.begin);
}

/** Sites of the whole room. @throws if two have the same key */
export function allSites(): Site[] {
  const sites = circuitFiles().flatMap((file) => sitesOf(file, readFileSync(join(room, file), "utf8")));
  const keys = new Set(sites.map((site) => site.key));
  if (keys.size !== sites.length) throw new Error("SITE_KEY: two constraints of one function read alike.");
  return sites;
}

/** The text with comments and strings blanked, place for place. */
function blanked(source: string): string {
  return source.replace(/\/\/[^\n]*|"[^"\n]*"/g, (found) =>
    found.startsWith('"') ? `"${" ".repeat(found.length - 2)}"` : " ".repeat(found.length),
  );
}

interface Body {
  readonly name: string;
  readonly isUnconstrained: boolean;
  readonly begin: number;
  readonly end: number;
}

function functionsOf(text: string): Body[] {
  return [...text.matchAll(/\b(unconstrained )?fn (\w+)/g)].map((found) => {
    // Neither generics nor types of a signature hold a brace.
    const begin = text.indexOf("{", found.index);
    return { name: found[2]!, isUnconstrained: found[1] !== undefined, begin, end: closing(text, begin) };
  });
}

/** Place of the brace that closes the one at `open`. */
function closing(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if (text[at] === "{") depth++;
    if (text[at] === "}" && --depth === 0) return at;
  }
  throw new Error(`SITE_BRACE: the brace at ${open} never closes.`);
}

/** Statements that end with a semicolon, without it. */
function statementsOf(text: string, from: number, to: number): [number, number][] {
  const found: [number, number][] = [];
  let begin = -1;
  let depth = 0;
  for (let at = from + 1; at < to; at++) {
    const one = text[at]!;
    if ("([".includes(one)) depth++;
    if (")]".includes(one)) depth--;
    if (depth === 0 && "{};".includes(one)) {
      if (one === ";" && begin >= 0) found.push([begin, at]);
      begin = -1;
    } else if (begin < 0 && /\S/.test(one)) begin = at;
  }
  return found;
}
