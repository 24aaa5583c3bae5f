import { fileURLToPath } from "node:url";

/** The public vectors, beside the repository. Where they are absent, their tests skip by name. */
export const VECTORS = fileURLToPath(new URL("../../../shared/vectors/attestation", import.meta.url));
