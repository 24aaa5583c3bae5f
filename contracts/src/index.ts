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
  PRODUCTION_EXIT,
  predictAddresses,
} from "../script/deploy.ts";
export { simulatedMeasurement, simulatedOptions } from "../script/simulated.ts";
export {
  DevelopmentVerifierError,
  deployValidityPath,
  predictValidityPath,
  provenPricesTypes,
  type ValidityOptions,
  validityDomain,
} from "../script/validity.ts";
