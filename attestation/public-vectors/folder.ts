import { fileURLToPath } from "node:url";

/** The public vectors, beside the repository or where SEALBOOK_VECTORS says. Where they are absent, their tests skip by name. */
export const VECTORS =
  process.env.SEALBOOK_VECTORS ??
  fileURLToPath(new URL("../../../shared/vectors/attestation", import.meta.url));
