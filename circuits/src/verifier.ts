/** The Solidity verifier Barretenberg writes, and its twin for a development reference string. */
import { createRequire } from "node:module";

/** tau * G2 of the Aztec Ignition ceremony, in the order of EIP-197 (c1 before c0), as the generated verifier spells it. */
export const canonicalG2 = [
  "0x260e01b251f6f1c7e7ff4e580791dee8ea51d87a358e038b4efe30fac09383c1",
  "0x0118c4d5b837bcc2bc89b5b398b5974e9f5944073b32078b7e231fec938883b0",
  "0x04fc6369f7110fe3d25156c1bb9a72859cf2a04641f99ba4ee413c80da6a5fe4",
  "0x22febda3c0c0632a56475b4214e5615e11e6dd3f96e6cea2854a87d4dacc5e55",
] as const;

/** A verifier that is not what this tool knows how to read. */
export class VerifierShapeError extends Error {
  readonly code = "VERIFIER_SHAPE";
  constructor(message: string) {
    super(`VERIFIER_SHAPE: ${message}`);
    this.name = "VerifierShapeError";
  }
}

/**
 * The verifier's source for another reference string: the four words of tau * G2 (x.c0, x.c1, y.c0, y.c1) replaced, nothing else.
 * Never deploy it outside chain 31337. @throws {VerifierShapeError} unless each canonical word is there exactly once.
 */
export function forDevelopment(source: string, g2: readonly [bigint, bigint, bigint, bigint]): string {
  const [x0, x1, y0, y1] = g2.map((word) => `0x${word.toString(16).padStart(64, "0")}`);
  const replacements = [x1!, x0!, y1!, y0!];
  let patched = source;
  for (const [at, word] of canonicalG2.entries()) {
    const times = source.split(word).length - 1;
    if (times !== 1) throw new VerifierShapeError(`The word ${word} occurs ${times} times; expected once.`);
    patched = patched.replace(word, replacements[at]!);
  }
  return patched;
}

/** Creation code of the verifier, 0x-hex: optimizer on, without via-IR, which aborts on it. @throws {VerifierShapeError} */
export function compileVerifier(source: string): string {
  const solc = createRequire(import.meta.url)("solc") as { compile(input: string): string };
  const input = {
    language: "Solidity",
    sources: { "HonkVerifier.sol": { content: source } },
    settings: {
      optimizer: { enabled: true, runs: 1 },
      evmVersion: "osaka",
      metadata: { appendCBOR: false, bytecodeHash: "none" },
      outputSelection: { "*": { HonkVerifier: ["evm.bytecode.object"] } },
    },
  };
  const output = JSON.parse(solc.compile(JSON.stringify(input))) as {
    errors?: { severity: string; formattedMessage: string }[];
    contracts?: Record<string, Record<string, { evm: { bytecode: { object: string } } }>>;
  };
  const errors = (output.errors ?? []).filter((one) => one.severity === "error");
  const code = output.contracts?.["HonkVerifier.sol"]?.HonkVerifier?.evm.bytecode.object;
  if (errors.length > 0 || !code)
    throw new VerifierShapeError(errors[0]?.formattedMessage ?? "It has no contract HonkVerifier.");
  return `0x${code}`;
}
