/**
 * What the manifest of the public vectors expects, as data for a test and a table. Only tests know these names: the
 * verifier gets bytes, endorsements and a time.
 */
export interface VectorCase {
  /** Path below the vectors' folder. */
  readonly file: string;
  /** Endorsement files below `collateral/` and `roots/`; empty: none, and only `crypto` is judged. */
  readonly endorsements: readonly string[];
  /** Certificate files of SNP. */
  readonly chain?: readonly string[];
  /** Unix seconds. */
  readonly at: number;
  /** Signatures, binding and chain hold. */
  readonly crypto: boolean;
  readonly status?: string;
  readonly advisories?: readonly string[];
  /** Code of the rule that must refuse it; absent: it must be accepted by the minimal policy. */
  readonly reason?: string;
  readonly claims?: Readonly<Record<string, unknown>>;
}

const SIGNING_2018 = "roots/intel-tcb-signing-chain-2018.pem";
const SIGNING_2025 = "roots/intel-tcb-signing-chain-2025.pem";
const set = (...names: readonly string[]) => names.map((name) => `collateral/${name}`);
const td = (fmspc: string) => [
  ...set(
    `tcbinfo-tdx-${fmspc}-2025-06.json`,
    "qeidentity-td-2025-06.json",
    "root-ca-crl-2025-03.der",
    "pck-platform-crl-2025-06.der",
  ),
  SIGNING_2025,
];
const td2023 = [
  ...set(
    "tcbinfo-tdx-50806f000000-2023-06.json",
    "qeidentity-td-2023-06.json",
    "root-ca-crl-2023-04.der",
    "pck-platform-crl-2023-06.der",
  ),
  SIGNING_2018,
];
const AMD_MILAN = "roots/amd-ask-ark-milan.pem";

export const VECTOR_CASES: readonly VectorCase[] = [
  {
    file: "sgx-v3/phala-00a067110000.bin",
    endorsements: set("phala-sgx-00a067110000-2025-06.json"),
    at: 1752000000,
    crypto: true,
    status: "ConfigurationAndSWHardeningNeeded",
    advisories: ["INTEL-SA-00289", "INTEL-SA-00615"],
  },
  {
    file: "sgx-v3/automata-0825-00606a000000.bin",
    endorsements: [
      ...set(
        "tcbinfo-sgx-00606a000000-2025-08.json",
        "qeidentity-sgx-2025-08.json",
        "root-ca-crl-2025-03.der",
        "pck-platform-crl-2025-08.der",
      ),
      SIGNING_2025,
    ],
    at: 1755236700,
    crypto: true,
    status: "SWHardeningNeeded",
    advisories: ["INTEL-SA-00615"],
  },
  {
    file: "sgx-v3/automata-0825-00606a000000.bin",
    endorsements: [
      ...set(
        "tcbinfo-v2-sgx-00606a000000-2025-06.json",
        "qeidentity-sgx-2025-06.json",
        "root-ca-crl-2025-03.der",
        "pck-platform-crl-2025-06.der",
      ),
      SIGNING_2025,
    ],
    at: 1749095100,
    crypto: true,
    status: "SWHardeningNeeded",
    advisories: [],
  },
  {
    file: "sgx-v3/tlsn-quote9-00906ed50000.bin",
    endorsements: [],
    at: 1752000000,
    crypto: true,
    reason: "CRL_MISSING",
  },
  {
    file: "sgx-v3/fortanix-debug-00906ea10000.bin",
    endorsements: [],
    at: 1600000000,
    crypto: true,
    reason: "CRL_MISSING",
    claims: { isDebug: true },
  },
  {
    file: "sgx-v3/fortanix-debug-chain-order.bin",
    endorsements: [],
    at: 1600000000,
    crypto: true,
    reason: "CRL_MISSING",
    claims: { isDebug: true },
  },
  {
    file: "sgx-v3/fortanix-corrupted-signature.bin",
    endorsements: [],
    at: 1600000000,
    crypto: false,
    reason: "QUOTE_SIGNATURE",
  },
  {
    file: "tdx-v4/phala-b0c06f000000.bin",
    endorsements: set("phala-tdx-b0c06f000000-2025-06.json"),
    at: 1752000000,
    crypto: true,
    status: "UpToDate",
    advisories: [],
  },
  {
    file: "tdx-v4/near-20a06f000000.bin",
    endorsements: set("near-tdx-20a06f000000-2025-09.json"),
    at: 1758000000,
    crypto: true,
    status: "UpToDate",
    advisories: [],
  },
  {
    file: "tdx-v4/gcp-00806f050000-trailing.bin",
    endorsements: td("00806f050000"),
    at: 1749095100,
    crypto: true,
    status: "OutOfDate",
    advisories: ["INTEL-SA-00960", "INTEL-SA-00982", "INTEL-SA-00986"],
  },
  {
    file: "tdx-v4/google-cos113-00806f050000.bin",
    endorsements: td("00806f050000"),
    at: 1749095100,
    crypto: true,
    status: "UpToDate",
    advisories: [],
  },
  {
    file: "tdx-v4/edgeless-00806f050000.bin",
    endorsements: td("00806f050000"),
    at: 1749095100,
    crypto: true,
    status: "OutOfDate",
    advisories: ["INTEL-SA-00837", "INTEL-SA-00960", "INTEL-SA-00982", "INTEL-SA-00986"],
  },
  {
    file: "tdx-v4/moemahhouk-90c06f000000.bin",
    endorsements: td("90c06f000000"),
    at: 1749945600,
    crypto: true,
    reason: "TCB_UNSUPPORTED",
  },
  {
    file: "tdx-v4/trustee-debug-50806f000000.bin",
    endorsements: td2023,
    at: 1688173200,
    crypto: true,
    status: "UpToDate",
    reason: "POLICY_DEBUG",
  },
  {
    file: "tdx-v4/google-spr-e4-50806f000000.bin",
    endorsements: td2023,
    at: 1688173200,
    crypto: true,
    reason: "TCB_UNSUPPORTED",
    claims: { isSeptVeDisabled: false },
  },
  {
    file: "tdx-v5/alibaba-td15-90c06f000000.bin",
    endorsements: td("90c06f000000"),
    at: 1749945600,
    crypto: true,
    status: "UpToDate",
    reason: "POLICY_SERVICE_TD",
  },
  {
    file: "tdx-v5/alibaba-td15-90c06f000000.bin",
    endorsements: set("phala-tdx-90c06f000000-2026-02.json"),
    at: 1773100800,
    crypto: true,
    status: "OutOfDate",
    advisories: ["INTEL-SA-01036", "INTEL-SA-01079", "INTEL-SA-01099", "INTEL-SA-01103", "INTEL-SA-01111"],
    reason: "POLICY_SERVICE_TD",
  },
  {
    file: "tdx-v5/phala-td15-unrecognised-90c06f000000.bin",
    endorsements: set("phala-tdx-90c06f000000-2026-02.json"),
    at: 1773100800,
    crypto: true,
    reason: "TCB_UNSUPPORTED",
  },
  {
    file: "sev-snp/milan-v2-debug-report.bin",
    endorsements: [],
    chain: ["sev-snp/milan-v2-debug-vcek.der", AMD_MILAN],
    at: 1767225600,
    crypto: true,
    reason: "POLICY_DEBUG",
    claims: { reportVersion: 2 },
  },
  {
    file: "sev-snp/milan-v5-gcp-report.bin",
    endorsements: [],
    chain: ["sev-snp/milan-v5-gcp-vcek.pem", AMD_MILAN],
    at: 1767225600,
    crypto: true,
    claims: { reportVersion: 5, vmpl: 0, reportData: "00".repeat(64) },
  },
  {
    file: "sev-snp/milan-v5-gcp-bound-report.bin",
    endorsements: [],
    chain: ["sev-snp/milan-v5-gcp-bound-vcek.pem", AMD_MILAN],
    at: 1767225600,
    crypto: true,
    claims: { reportVersion: 5, vmpl: 1 },
  },
  { file: "nitro/base-2024-11-30.bin", endorsements: [], at: 1732983768, crypto: true },
  {
    file: "nitro/fortanix-2021-zero-pcr.bin",
    endorsements: [],
    at: 1631182760,
    crypto: true,
    reason: "POLICY_DEBUG",
  },
  {
    file: "nitro/fortanix-2021-tampered-signature.bin",
    endorsements: [],
    at: 1631182760,
    crypto: false,
    reason: "DOCUMENT_SIGNATURE",
  },
  {
    file: "nitro/fortanix-2021-tampered-certificate.bin",
    endorsements: [],
    at: 1631182760,
    crypto: false,
    reason: "CERT_MALFORMED",
  },
];
