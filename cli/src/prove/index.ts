/** What other rooms use of proving: the chain side of a proven batch. */

export { pathAbi } from "./abi.ts";
export { accountsByIdentity, identityOf, inboxOperations } from "./inbox-operations.ts";
export { emitOrdersFile, type OrdersFile, parseOrdersFile } from "./orders-file.ts";
export { type Entry, PathChain, type Present } from "./path-chain.ts";
export { type ProvenResult, type ProveOptions, prove } from "./prove.ts";
export { provenData } from "./proven-data.ts";
export { calldataOf, type Step, stepOf } from "./step.ts";
