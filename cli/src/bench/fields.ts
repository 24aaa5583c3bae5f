import { DependencyError } from "../errors.ts";

/**
 * Reads fields of foreign JSON. A missing or non-numeric figure is an error and never a zero: a benchmark that fills holes with
 * zeros reports the best latency there is.
 */
export class Fields {
  readonly #from: string;
  readonly #value: Record<string, unknown>;

  constructor(from: string, value: unknown) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw new DependencyError(from, "gave no JSON object");
    }
    this.#from = from;
    this.#value = value as Record<string, unknown>;
  }

  /** A finite number; decimal text counts, because 64-bit figures may come as text. */
  number(name: string): number {
    const found = this.optionalNumber(name);
    if (found === undefined) throw new DependencyError(this.#from, `gave no number ${name}`);
    return found;
  }

  optionalNumber(name: string): number | undefined {
    const value = this.#value[name];
    const number = typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
    return typeof number === "number" && Number.isFinite(number) ? number : undefined;
  }

  text(name: string): string {
    const value = this.#value[name];
    if (typeof value !== "string") throw new DependencyError(this.#from, `gave no text ${name}`);
    return value;
  }

  flag(name: string): boolean {
    const value = this.#value[name];
    if (typeof value !== "boolean") throw new DependencyError(this.#from, `gave no flag ${name}`);
    return value;
  }

  list(name: string): Fields[] {
    const value = this.#value[name];
    if (!Array.isArray(value)) throw new DependencyError(this.#from, `gave no list ${name}`);
    return value.map((one) => new Fields(`${this.#from} (${name})`, one));
  }

  object(name: string): Fields {
    return new Fields(`${this.#from} (${name})`, this.#value[name]);
  }

  /** Number by name, for a map such as rejects by code. */
  counts(name: string): Record<string, number> {
    const map = this.object(name);
    return Object.fromEntries(Object.keys(map.#value).map((key) => [key, map.number(key)]));
  }

  /** `[upper bound, samples]` pairs. */
  buckets(name: string): [number, number][] {
    const value = this.#value[name];
    const isPair = (pair: unknown) => Array.isArray(pair) && pair.length === 2 && pair.every(Number.isFinite);
    if (!Array.isArray(value) || !value.every(isPair))
      throw new DependencyError(this.#from, `gave no buckets ${name}`);
    return value as [number, number][];
  }
}
