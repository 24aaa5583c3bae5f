import { simulatedPki } from "@sealbook/attestation/simulation";
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

/** Deployment options of a development venue: the simulated PKI of `seed`, one image, no delay. */
export function simulatedOptions(parts: {
  readonly seed: Uint8Array;
  readonly image: Uint8Array;
}): DeployOptions {
  return {
    rootPublicKey: hex(simulatedPki(parts.seed).root.key.publicKey),
    isSimulated: true,
    measurements: [simulatedMeasurement(parts.image)],
    activationDelaySeconds: 0,
  };
}

function hex(bytes: Uint8Array): string {
  return `0x${Buffer.from(bytes).toString("hex")}`;
}
