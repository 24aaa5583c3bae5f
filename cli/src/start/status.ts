import type { HostStatus } from "@sealbook/host";
import { DependencyError } from "../errors.ts";

/** A reading of the host's `/v1/status`, with the time it was taken. */
export interface Reading {
  at: number;
  status: HostStatus;
}

export async function readStatus(httpUrl: string): Promise<Reading> {
  const response = await fetch(`${httpUrl}/v1/status`).catch((cause) => {
    throw new DependencyError("host", "does not answer", cause);
  });
  if (!response.ok) throw new DependencyError("host", `answered ${response.status}`);
  return { at: performance.now(), status: (await response.json()) as HostStatus };
}

const number = (value: unknown) => Number(value ?? 0);

/** What the live line and the summary show, between two readings. */
export function rates(from: Reading, to: Reading) {
  const seconds = Math.max((to.at - from.at) / 1000, 0.001);
  const per = (name: string) =>
    (number(to.status.enclave[name]) - number(from.status.enclave[name])) / seconds;
  return {
    commandsPerSecond: per("commands"),
    fillsPerSecond: per("trades"),
    rejects: number(to.status.enclave.rejects) - number(from.status.enclave.rejects),
    latencyUsP50: number(to.status.enclave.latencyNsP50) / 1000,
    latencyUsP99: number(to.status.enclave.latencyNsP99) / 1000,
    batchNumber: to.status.chain.anchoredBatch,
    batchGas: to.status.chain.gasUsedLast,
    sequence: number(to.status.enclave.sequence),
  };
}
