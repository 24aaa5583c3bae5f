/** Trust in a simulated enclave: exact in form, worthless as trust. Only for a venue that protects nothing. */
import { simulatedRoots } from "@sealbook/attestation/simulation";
import { fromHex } from "@sealbook/wire";
import type { Trust, VenueIdentity } from "./attest.ts";

export interface SimulatedVenue {
  venue: VenueIdentity;
  /** Seed of the simulated PKI, 0x-hex. */
  pkiSeed: string;
  /** MRENCLAVE of the enclave library, 0x-hex; "any" for whatever runs there. */
  mrEnclave: string | "any";
}

/** Trusts the simulated enclaves of one seed, one measurement and one venue. */
export function simulatedTrust({ venue, pkiSeed, mrEnclave }: SimulatedVenue): Trust {
  return {
    venue,
    roots: simulatedRoots(fromHex(pkiSeed, (pkiSeed.length - 2) / 2)),
    configHash: "any",
    policy: {
      kind: "sgx",
      allowSimulated: true,
      allowDebug: false,
      tcbStatuses: ["UpToDate"],
      outOfDateGraceDays: 0,
      advisoriesDenied: [],
      evaluationNumberMin: 0,
      mrEnclaves: mrEnclave === "any" ? "any" : [mrEnclave.replace(/^0x/, "")],
      mrSigners: "any",
      isvProdId: 1,
      isvSvnMin: 1,
      attributes: "any",
    },
  };
}
