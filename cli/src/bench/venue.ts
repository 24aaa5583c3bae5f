/**
 * What a benchmark needs of a running venue. `sealbook bench` is handed a function that starts one, so that this room knows nothing
 * of chains and hosts beyond their addresses.
 */
export interface BenchVenue {
  /** Base of the host's HTTP routes. */
  httpUrl: string;
  /** The gateway over TCP. */
  tcp: { host: string; port: number };
  /** Path of the gateway's Unix socket. */
  unix?: string;
  /** A folder on the disk its journal is on: where the floor of a durable acknowledgement is measured. */
  dataDir: string;
  /** JSON-RPC of the chain batches are posted to. */
  rpcUrl: string;
  /** A market whose book may be filled and emptied. Its price: where orders at a quarter's distance will not trade. */
  market: { instrument: number; priceTicks: number };
  /** Private keys (hex) of wallets with collateral on sub-account 0; at least one, and each a separate account. */
  walletKeys: string[];
  stop(): Promise<void>;
}

export interface BenchVenueOptions {
  /** How many funded wallets. */
  traders: number;
  /** Collateral of each, in 1e-6 of the token. */
  collateral: bigint;
  /** A batch closes at this many commands or when asked to; never by age within a benchmark. */
  batchCommandsMax: number;
}

export type StartVenue = (options: BenchVenueOptions) => Promise<BenchVenue>;
