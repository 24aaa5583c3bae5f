import type { DasContextJs } from "@crate-crypto/node-eth-kzg";

/** Loaded when first needed and kept: reading the ceremony takes seconds. */
let context: Promise<DasContextJs> | undefined;

/** The KZG commitment of a blob, 48 bytes; undefined for bytes that are none (a field element beyond the modulus). */
export async function commitmentOf(blob: Uint8Array): Promise<Uint8Array | undefined> {
  context ??= import("@crate-crypto/node-eth-kzg").then(({ default: kzg }) =>
    kzg.DasContextJs.create({ usePrecomp: false }),
  );
  const opened = await context;
  try {
    return opened.blobToKzgCommitment(blob);
  } catch {
    return undefined;
  }
}
