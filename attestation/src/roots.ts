/**
 * Trust anchors, pinned by the SHA-256 of their SubjectPublicKeyInfo (DER, lower-case hex). A root certificate may be
 * re-issued with other dates; its key may not change without this file changing.
 */
export interface Roots {
  /** Shown wherever a verdict is shown. */
  readonly name: string;
  readonly isSimulated: boolean;
  readonly intelSgx: string;
  /** One per processor family. */
  readonly amd: { readonly milan: string; readonly genoa: string; readonly turin: string };
  readonly nitro: string;
}

/** The vendors' own roots. Sources: Intel "SGX Root CA", AMD KDS `cert_chain` (ARK), AWS Nitro Enclaves root G1. */
export const PRODUCTION_ROOTS: Roots = {
  name: "production",
  isSimulated: false,
  intelSgx: "a0af031289f5d5d4132f9186068a7fc13628633ba235777472e29b6b6c67a49e",
  amd: {
    milan: "9f056bee44377e29308cb5ffa895bdfb62d18881fa6bed8d6f075b0204089cb9",
    genoa: "429a69c9422aa258ee4d8db5fcda9c6470ef15f8cd5a9cebd6cbc7d90b863831",
    turin: "4f125410563a2ab9a50356f9243f6fe0b6f73de98603f53f90339c70e9d7ad08",
  },
  nitro: "f2caf5ecc6190b4a8399b78bc58a2bbcd0382375db8a1bfd78a82743874fd225",
};
