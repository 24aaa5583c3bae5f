/** What other rooms use of proving: the chain side of a proven batch. */

export { pathAbi } from "./abi.ts";
export { accountsByIdentity, identityOf, inboxOperations } from "./inbox-operations.ts";
export { emitOrdersFile, type OrdersFile, parseOrdersFile } from "./orders-file.ts";
export { type Entry, PathChain, type Present } from "./path-chain.ts";
export { parsePricesFile, type SignedPrices } from "./prices-file.ts";
export { CRS_POWER, type ProvenResult, type ProveOptions, prove } from "./prove.ts";
export { provenData } from "./proven-data.ts";
export { provenState, stateOfData } from "./state-of-chain.ts";
export { calldataOf, type Step, stepOf } from "./step.ts";
