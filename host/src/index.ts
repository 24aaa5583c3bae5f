/** What other rooms may use of the host: start one, read a journal, name its errors. */
export { type Claim, claimsOf, withdrawalProof, withdrawalsRoot } from "./chain/withdrawals.ts";
export { type Config, type ConfigInput, ConfigSchema, checkConfig, readConfig } from "./config.ts";
export { ConfigError, type ConfigProblem, HostError, type HostErrorCode } from "./errors.ts";
export { lockFolder } from "./journal/folder.ts";
export { inspectJournal, type JournalReport } from "./journal/inspect.ts";
export { LINKS_MAX, LinkStore, type Links } from "./journal/links.ts";
export { createLog } from "./log.ts";
export { type Endpoints, type Host, startHost } from "./main.ts";
export type { EvidenceDocument } from "./quote/evidence.ts";
export { CommandLog, type FoundRecords } from "./validity/command-log.ts";
export type { Desk, Handled, Notice } from "./validity/desk.ts";
export {
  serveValidity,
  type ValidityEndpoints,
  type ValidityServeOptions,
  type ValidityServer,
} from "./validity/serve.ts";
export type { HostStatus } from "./views.ts";
