/**
 * What the contracts need to judge evidence themselves: calldata, the order to send it in, and what their refusals mean.
 * No chain library inside: values are 0x-hex and numbers, and whoever calls brings a way to read and to send.
 */
export { CERTIFICATES_ABI, ENDORSEMENTS_ABI, QUOTE_VERIFIER_ABI, REGISTRY_VERDICT_ABI } from "./abi.ts";
export { type OnchainEvidence, onchainEvidence, type P256Key, type TcbText } from "./evidence.ts";
export {
  KEEPER_FAULTS,
  type KeeperChain,
  type KeeperFault,
  type KeeperOptions,
  type KeeperReport,
  type KeptItem,
  keep,
  Refusal,
} from "./keeper.ts";
export { REASON_OF_REVERT, reasonOfRevert } from "./reasons.ts";
export { type ReadRecord, type RegistrationStep, registrationSteps } from "./steps.ts";
export { type Upkeep, upkeepOf } from "./upkeep.ts";
