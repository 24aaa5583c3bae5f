export const PCK_CHAIN = 5;
export const QE_REPORT_CERTIFICATION = 6;

/** Names of the certification data types (Intel, "SGX DCAP ECDSA Quote Library API", table "QE certification data"). */
export const CERTIFICATION_TYPES: Readonly<Record<number, string>> = {
  1: "PPID in the clear",
  2: "PPID encrypted with RSA-2048",
  3: "PPID encrypted with RSA-3072",
  4: "PCK leaf certificate",
  [PCK_CHAIN]: "PCK certificate chain",
  [QE_REPORT_CERTIFICATION]: "QE report certification data",
  7: "platform manifest",
};
