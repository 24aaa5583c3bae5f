import type { Subject } from "../public-vectors/mutations.ts";
import { mutationsOf } from "../public-vectors/mutations.ts";
import type { TcbStatus } from "../src/node.ts";
import {
  type SimulatedEndorsementOptions,
  SimulatedQuotingEnclave,
  simulatedEndorsements,
  simulatedReport,
  simulatedTdReport,
} from "../src/simulation/index.ts";

/** A repeatable stream of numbers (mulberry32): a seed names a run for good. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }

  chance(part: number): boolean {
    return this.next() < part;
  }
}

const SEED = new Uint8Array(32).fill(23);
const AT = Date.UTC(2026, 5, 1);
const LEVEL_STATUSES: readonly TcbStatus[] = [
  "UpToDate",
  "SWHardeningNeeded",
  "ConfigurationNeeded",
  "ConfigurationAndSWHardeningNeeded",
  "OutOfDate",
  "OutOfDateConfigurationNeeded",
  "Revoked",
];
const ADVISORIES = [[], ["SIM-SA-00009"], ["SIM-SA-00007", "SIM-SA-00002"]] as const;

export { SEED };

export interface Shape {
  readonly name: string;
  readonly tee: "sgx" | "tdx";
  quote(enclave: SimulatedQuotingEnclave, dice: Dice | null): Uint8Array;
}

/** Every form of quote both sides read. A TD's SVNs vary where a die is given. */
export const SHAPES: readonly Shape[] = [
  ...([3, 4, 5] as const).map((version) => ({
    name: `SGX, version ${version}`,
    tee: "sgx" as const,
    quote: (enclave: SimulatedQuotingEnclave) =>
      enclave.quote(simulatedReport(SEED, enclave.targetInfo()), version),
  })),
  ...(
    [
      ["1.0", 4],
      ["1.0", 5],
      ["1.5", 5],
    ] as const
  ).map(([version, quoteVersion]) => ({
    name: `TDX ${version}, version ${quoteVersion}`,
    tee: "tdx" as const,
    quote: (enclave: SimulatedQuotingEnclave, dice: Dice | null) =>
      enclave.quoteTd(
        simulatedTdReport({
          version,
          teeTcbSvn: dice ? svns(dice) : Uint8Array.of(4, 1, 2, ...new Array(13).fill(0)),
          ...(version === "1.5" && dice ? { teeTcbSvn2: svns(dice) } : {}),
        }),
        quoteVersion,
      ),
  })),
];

const plain = new Map<Shape, Subject>();

/** A shape's undamaged evidence: what mutations start from, the same in every run. */
export function plainSubject(shape: Shape): Subject {
  const known = plain.get(shape);
  if (known) return known;
  const subject = {
    quote: shape.quote(new SimulatedQuotingEnclave(SEED, SEED), null),
    endorsements: simulatedEndorsements(SEED, { tee: shape.tee }),
    at: AT,
  };
  plain.set(shape, subject);
  return subject;
}

/** Properly signed endorsements that say something else: statuses, levels, windows, revocations, versions. */
export function signedVariant(dice: Dice): Subject & { readonly name: string } {
  const shape = dice.pick(SHAPES);
  const maybe = <T>(part: number, make: () => T): T | undefined => (dice.chance(part) ? make() : undefined);
  const options = {
    tee: dice.chance(0.95) ? shape.tee : shape.tee === "sgx" ? ("tdx" as const) : ("sgx" as const),
    tcbStatus: maybe(0.6, () => dice.pick(LEVEL_STATUSES)),
    moduleStatus: maybe(0.5, () => dice.pick(LEVEL_STATUSES)),
    qeStatus: maybe(0.4, () => dice.pick(LEVEL_STATUSES)),
    advisoryIds: maybe(0.5, () => dice.pick(ADVISORIES)),
    isOutOfDate: maybe(0.2, () => true),
    isUnsupported: maybe(0.05, () => true),
    isUnsorted: maybe(0.2, () => true),
    isPckRevoked: maybe(0.05, () => true),
    isCaRevoked: maybe(0.05, () => true),
    isTcbSigningRevoked: maybe(0.05, () => true),
    evaluationNumber: maybe(0.3, () => dice.below(40)),
    issuedAt: maybe(0.1, () => new Date(AT + (dice.below(5) - 2) * 1000)),
    nextUpdate: maybe(0.1, () => new Date(AT + (dice.below(5) - 2) * 1000)),
    pckNotAfter: maybe(0.05, () => new Date(AT + (dice.below(5) - 2) * 1000)),
  };
  const given = Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as SimulatedEndorsementOptions;
  const svn = dice.chance(0.7) ? undefined : dice.below(12);
  const enclave = new SimulatedQuotingEnclave(SEED, SEED, {
    ...(svn === undefined ? {} : { qeIsvSvn: svn }),
    ...(given.pckNotAfter ? { pckNotAfter: given.pckNotAfter } : {}),
  });
  return {
    name: `${shape.name}, signed: ${JSON.stringify({ ...given, qeIsvSvn: svn })}`,
    quote: shape.quote(enclave, dice),
    endorsements: simulatedEndorsements(SEED, given),
    at: AT,
  };
}

/** One to three random bits of the quote, a certificate, a list or a text of a plain subject; or cut, or with a byte more. */
export function randomDamage(dice: Dice): Subject & { readonly name: string } {
  const shape = dice.pick(SHAPES);
  const subject = plainSubject(shape);
  if (dice.chance(0.5)) {
    const quote = subject.quote.slice();
    const position = dice.below(quote.length);
    quote[position] = quote[position]! ^ (1 << dice.below(8));
    return { ...subject, quote, name: `${shape.name}: quote bit at byte ${position}` };
  }
  const member = dice.pick([
    "tcbInfo",
    "qeIdentity",
    "rootCrl",
    "pckCrl",
    "tcbInfoChain",
    "qeIdentityChain",
  ] as const);
  const text = subject.endorsements[member]!;
  const position = dice.below(text.length);
  const other = dice.pick([...'0123456789abcdefZT:,"{}[] ']);
  const kind = dice.below(3);
  const changed =
    kind === 0
      ? text.slice(0, position) + text.slice(position + 1)
      : text.slice(0, position) + other + text.slice(position + (kind === 1 ? 1 : 0));
  return {
    ...subject,
    endorsements: { ...subject.endorsements, [member]: changed },
    name: `${shape.name}: ${member} at ${position}, kind ${kind}`,
  };
}

/** Every named mutation of every shape, and then seeded ones without end. */
export function* cases(seed: number): Generator<Subject & { readonly name: string }> {
  const dice = new Dice(seed);
  for (const shape of SHAPES) {
    const subject = plainSubject(shape);
    yield { ...subject, name: `${shape.name}: as it is` };
    for (const mutation of mutationsOf(subject))
      yield { ...mutation, name: `${shape.name}: ${mutation.name}` };
  }
  for (;;) yield dice.chance(0.6) ? signedVariant(dice) : randomDamage(dice);
}

/** TEE_TCB_SVN around what the simulated levels and module ask for: module minor, module major, late microcode. */
function svns(dice: Dice): Uint8Array {
  const svn = new Uint8Array(16);
  svn.set([dice.pick([2, 3, 4, 5, 9]), dice.pick([0, 0, 1, 1, 1, 1, 3]), dice.pick([1, 2, 2, 2, 3])]);
  return svn;
}
