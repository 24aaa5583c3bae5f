/** What the other rooms see of the contracts: their interfaces, their deployment, and the calldata a registration needs. */
export { type ContractName, contractAt, interfaceOf, MissingArtifactError } from "../script/artifacts.ts";
export {
  type Registration,
  type RegistrationGas,
  registerEnclave,
} from "../script/attestation-calldata.ts";
export {
  type BatchHeader,
  batchTypes,
  type OpenEpoch,
  openEpochTypes,
  signatureDomain,
  withdrawalLeaf,
  withdrawalProof,
  withdrawalsRoot,
} from "../script/batch.ts";
export {
  type Deployment,
  type DeployOptions,
  deploy,
  type ExitOptions,
  type MeasurementOptions,
  NoFallbackError,
  PRODUCTION_EXIT,
  predictAddresses,
  type ValidityFallback,
} from "../script/deploy.ts";
export { simulatedMeasurement, simulatedOptions } from "../script/simulated.ts";
export {
  DevelopmentVerifierError,
  deployPath,
  deployValidityPath,
  deployVerifier,
  developmentVerifier,
  predictValidityPath,
  provenPricesTypes,
  type ValidityOptions,
  type VerifierArtifact,
  validityDomain,
} from "../script/validity.ts";
