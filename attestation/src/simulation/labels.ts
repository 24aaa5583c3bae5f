/** Labels from which the root keys are derived; `simulatedRoots` and the hierarchies must agree on them. */
export const ROOT_LABEL = {
  intel: "root",
  milan: "amd.ark.milan",
  genoa: "amd.ark.genoa",
  turin: "amd.ark.turin",
  nitro: "nitro.root",
} as const;
