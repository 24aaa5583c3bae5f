import { Fields } from "./fields.ts";
import type { RunProgram } from "./programs.ts";

/** What the process of the engine holds in memory, with the engine's limits raised to a million. */
export interface MemoryReport {
  orders: number;
  accounts: number;
  /** Before the venue. */
  rss_start_bytes: number;
  /** Room for the orders, none placed. */
  rss_orders_empty_bytes: number;
  rss_orders_bytes: number;
  /** Its account's share included. */
  bytes_per_order: number;
  rss_accounts_empty_bytes: number;
  rss_accounts_bytes: number;
  bytes_per_account: number;
}

export async function measureMemory(run: RunProgram): Promise<MemoryReport> {
  const fields = new Fields(
    "sealbook-sim bench-memory",
    await run("sealbook-sim", ["bench-memory", "--json"]),
  );
  const names = [
    "orders",
    "accounts",
    "rss_start_bytes",
    "rss_orders_empty_bytes",
    "rss_orders_bytes",
    "bytes_per_order",
    "rss_accounts_empty_bytes",
    "rss_accounts_bytes",
    "bytes_per_account",
  ] as const;
  return Object.fromEntries(names.map((name) => [name, fields.number(name)])) as unknown as MemoryReport;
}
