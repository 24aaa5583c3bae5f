import { type CompiledCircuit, type InputMap, Noir } from "@noir-lang/noir_js";
import { WitnessError } from "../src/prover.ts";
import { compile } from "../src/source.ts";

/** Runs a main file around gadgets: the return value, or {@link WitnessError} if a constraint fails. Numbers may be negative. */
export async function gadget(main: string): Promise<(inputs: Record<string, unknown>) => Promise<unknown>> {
  const { bytecode, abi } = await compile(main);
  const noir = new Noir({ bytecode, abi } as CompiledCircuit);
  return async (inputs) => {
    try {
      return (await noir.execute(inputs as InputMap)).returnValue;
    } catch (cause) {
      throw new WitnessError(cause);
    }
  };
}
