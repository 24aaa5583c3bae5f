/** Proves in a process of its own: solving a witness takes the thread for seconds, and orders go on meanwhile. */
import { compile, devCrs, HonkProver, type StatementName, statement } from "@sealbook/circuits";
import { CRS_POWER } from "../prove/prove.ts";

export interface ProofRequest {
  readonly statement: StatementName;
  readonly inputs: never;
  /** Folder of the reference string, or the word of a development one. */
  readonly crs?: string;
  readonly devSeed: string;
}

export type ProofReply =
  | { readonly proof: string; readonly publicInputs: readonly string[] }
  | { readonly error: string; readonly isUnprovable: boolean };

process.on("disconnect", () => process.exit(0));
process.on("message", (request: ProofRequest) => {
  void prove(request).then((reply) => process.send?.(reply));
});

async function prove({ statement: name, inputs, crs, devSeed }: ProofRequest): Promise<ProofReply> {
  try {
    const program = await compile(statement(name));
    const prover = new HonkProver(crs ?? devCrs(devSeed, CRS_POWER[name]));
    const { proof, publicInputs } = await prover.prove(program, inputs);
    return { proof: proof.toString("hex"), publicInputs };
  } catch (error) {
    const isUnprovable = (error as { code?: string }).code === "WITNESS";
    return { error: error instanceof Error ? error.message : String(error), isUnprovable };
  }
}
