/** Solves a circuit with constraints taken away and hints that lie. */
import { type CompiledCircuit, type InputMap, Noir } from "@noir-lang/noir_js";
import { hash } from "../../src/field.ts";
import { compile, type Program } from "../../src/source.ts";
import { allSites } from "./sites.ts";
import { switchable } from "./switches.ts";

/** What a hint says instead: values as the language flattens them; undefined for the honest ones. `nth` counts the hint's calls. */
export interface Lie {
  /** Part of the hint's key that no other hint has. */
  readonly hint: string;
  readonly tell: (honest: readonly bigint[], nth: number) => readonly bigint[] | undefined;
}

/** Something a circuit must refuse. */
export interface Bad {
  readonly name: string;
  /** Main file of the circuit. */
  readonly main: string;
  readonly inputs: () => InputMap;
  /** Constraints that refuse it, each alone: parts of keys that no other key has. */
  readonly kills: readonly string[];
  readonly lies?: readonly Lie[];
  /** Public inputs are taken from what the circuit itself computes: then they are not what refuses. */
  readonly isFitted?: boolean;
  /** So are the siblings of later leaves, where an earlier leaf became another than the plain arithmetic thought. */
  readonly isReclosed?: boolean;
}

export interface Outcome {
  readonly isSolved: boolean;
  readonly error?: string;
  /** The constraint that was looked at last: if it refused, that one. */
  readonly last: string;
  /** Left and right sides of equalities, by key. */
  readonly compared: ReadonlyMap<string, readonly [bigint, bigint]>;
  /** New leaves in the order of their walks: account and fills of each slot, then instruments. */
  readonly leaves: readonly bigint[];
}

export const sites = allSites();
export const idOf = (part: string): number => {
  const ids = sites.flatMap((site, id) => (site.key.includes(part) ? [id] : []));
  if (ids.length !== 1) throw new Error(`SITE_PART: ${ids.length} sites have \`${part}\` in their key.`);
  return ids[0]!;
};

const programs = new Map<string, Promise<Program>>();
/** The circuit with switches. */
export function switchedProgram(main: string): Promise<Program> {
  const known = programs.get(main) ?? compile(main, switchable(sites));
  programs.set(main, known);
  return known;
}

/** Solves with the constraints that `isOff` names taken away. */
export async function attempt(bad: Bad, inputs: InputMap, isOff: (key: string) => boolean): Promise<Outcome> {
  const { bytecode, abi } = await switchedProgram(bad.main);
  const lies = new Map((bad.lies ?? []).map((lie) => [idOf(lie.hint), { ...lie, nth: 0 }]));
  const compared = new Map<string, readonly [bigint, bigint]>();
  const leaves: bigint[] = [];
  let last = "";
  const answer = async (name: string, args: string[][]) => {
    const [[site], ...values] = args as [string[], ...string[][]];
    const id = Number(site);
    if (name === "told") {
      const honest = values.flat().map(BigInt);
      if (id === sites.length) leaves.push(...honest);
      const lie = lies.get(id);
      const said = (lie?.tell(honest, lie.nth++) ?? honest).map(hex);
      // As it came: a number is a text, an array a list of them.
      return values.map(({ length }) => (length === 1 ? said.shift()! : said.splice(0, length)));
    }
    last = sites[id]!.key;
    const [left, right] = values.flat().map(BigInt);
    compared.set(last, [left ?? 0n, right ?? 0n]);
    return [isOff(last) ? "0x00" : "0x01"];
  };
  try {
    await new Noir({ bytecode, abi } as CompiledCircuit).execute(inputs, answer);
    return { isSolved: true, last: "", compared, leaves };
  } catch (error) {
    return {
      isSolved: false,
      error: `${error instanceof Error ? error.message : error}`,
      last,
      compared,
      leaves,
    };
  }
}

const PUBLIC = {
  after: "state_root_after",
  d: "digest_of_the_words",
  p: "fingerprint_of_the_words",
} as const;

/** The inputs of a case; fitted, if it wants that. */
export async function inputsOf(bad: Bad): Promise<InputMap> {
  let inputs = bad.inputs();
  if (!bad.isFitted) return inputs;
  if (bad.isReclosed) inputs = reclosed(inputs, (await unchecked(bad, inputs)).leaves);
  const { compared } = await unchecked(bad, inputs);
  const fitted = { ...inputs };
  for (const [input, name] of Object.entries(PUBLIC)) {
    const [, computed] = [...compared].find(([key]) => key.includes(name))!;
    fitted[input] = hex(computed[0]);
  }
  return fitted;
}

/** What the circuit computes from the inputs, right or wrong. */
async function unchecked(bad: Bad, inputs: InputMap): Promise<Outcome> {
  const outcome = await attempt(bad, inputs, () => true);
  if (outcome.isSolved) return outcome;
  throw new Error(`MUTANT_FIT: ${bad.name} has no witness even without constraints. ${outcome.error}`);
}

interface Walk {
  readonly place: number;
  readonly path: string[];
  readonly leaf: bigint;
}

/** The inputs with every leaf's siblings as the leaves closed before it left them. */
function reclosed(inputs: InputMap, leaves: readonly bigint[]): InputMap {
  // biome-ignore lint/suspicious/noExplicitAny: a witness is what its main file says
  const { header, slots, ...rest } = structuredClone(inputs) as any;
  const ids = header.words.map((words: string[]) => Number(BigInt(words[0]!) & 0xffffn));
  const walks = (path: string, offset: number): Walk[] =>
    slots.map((slot: Record<string, unknown>, at: number) => ({
      place: Number(slot.account),
      path: slot[path],
      leaf: leaves[2 * at + offset],
    }));
  const listed = ids.map((place: number, at: number) => ({
    place,
    path: header.paths[at],
    leaf: leaves[2 * slots.length + at],
  }));
  for (const all of [walks("path", 0), walks("fills_path", 1), listed]) follow(all);
  return { header, slots, ...rest };
}

function follow(walks: readonly Walk[]): void {
  for (const [at, { place, path }] of walks.entries())
    for (const earlier of walks.slice(0, at)) {
      // Where the two ways to the root meet, one is the other's sibling.
      const meeting = 31 - Math.clz32(place ^ earlier.place);
      if (meeting < 0 || meeting >= path.length) continue;
      let node = earlier.leaf;
      for (let level = 0; level < meeting; level++) {
        const sibling = BigInt(earlier.path[level]!);
        node = hash((earlier.place >> level) & 1 ? [sibling, node] : [node, sibling]);
      }
      path[meeting] = hex(node);
    }
}

const hex = (value: bigint): string => `0x${value.toString(16)}`;
