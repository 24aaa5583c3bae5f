import { DependencyError } from "../errors.ts";
import { Fields } from "./fields.ts";

/** The parts of `GET /v1/status` (the enclave's own `enclave-status`) a benchmark reads. */
export interface EnclaveStatus {
  batchNumber: number;
  sequence: number;
  commands: number;
  rejects: number;
  accounts: number;
  latencyNsP50: number;
  latencyNsP99: number;
  latencyNsP999: number;
  /** Of the last closed batch, on the batch thread. */
  batchCloseUs: number;
}

export async function enclaveStatus(httpUrl: string): Promise<EnclaveStatus> {
  const answer = await getJson(`${httpUrl}/v1/status`);
  const outer = answer as { enclave?: unknown };
  const fields = new Fields("host (/v1/status)", outer.enclave ?? answer);
  return {
    batchNumber: fields.number("batchNumber"),
    sequence: fields.number("sequence"),
    commands: fields.number("commands"),
    rejects: fields.number("rejects"),
    accounts: fields.number("accounts"),
    latencyNsP50: fields.number("latencyNsP50"),
    latencyNsP99: fields.number("latencyNsP99"),
    latencyNsP999: fields.number("latencyNsP999"),
    batchCloseUs: fields.number("batchCloseUs"),
  };
}

/** Asks the host to close a batch now. */
export async function closeBatch(httpUrl: string): Promise<void> {
  const response = await request(`${httpUrl}/v1/close-batch`, { method: "POST" });
  if (!response.ok) throw new DependencyError("host", `would not close a batch: ${response.status}`);
}

export async function getJson(url: string): Promise<unknown> {
  const response = await request(url);
  if (!response.ok)
    throw new DependencyError("host", `answered ${response.status} to ${new URL(url).pathname}`);
  return response.json();
}

async function request(url: string, init?: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (cause) {
    throw new DependencyError("host", `does not answer at ${new URL(url).origin}`, cause);
  }
}
