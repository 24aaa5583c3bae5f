import { SIMULATED_QE, simulatedPki } from "@sealbook/attestation/simulation";
import { sha256, toUtf8Bytes } from "ethers";
import type { DeployOptions, MeasurementOptions } from "./deploy.ts";

/** What the simulated CPU measures (docs/boundaries.md section 9). `image`: bytes of the enclave library. */
export function simulatedMeasurement(image: Uint8Array): MeasurementOptions {
  return {
    mrEnclave: sha256(Buffer.concat([toUtf8Bytes("sealbook.sim.mrenclave"), image])),
    mrSigner: sha256(toUtf8Bytes("sealbook.sim.signer")),
    isvProdId: 1,
    isvSvnMin: 1,
    version: 1,
  };
}

/** Deployment options of a development venue: the simulated PKI of `seed`, the simulated quoting enclave, one image, no delay. */
export function simulatedOptions(parts: {
  readonly seed: Uint8Array;
  readonly image: Uint8Array;
}): DeployOptions {
  const { mrSigner, isvProdId, isvSvn } = SIMULATED_QE;
  return {
    rootPublicKey: hex(simulatedPki(parts.seed).root.key.publicKey),
    isSimulated: true,
    measurements: [simulatedMeasurement(parts.image)],
    quotingEnclave: { mrSigner: hex(mrSigner), isvProdId, isvSvnMin: isvSvn },
    activationDelaySeconds: 0,
  };
}

function hex(bytes: Uint8Array): string {
  return `0x${Buffer.from(bytes).toString("hex")}`;
}
