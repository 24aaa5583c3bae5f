import { cpus, loadavg, platform, release, totalmem } from "node:os";

/** Where figures come from. Without it a latency is a rumour. */
export interface Machine {
  cpu_model: string;
  cores: number;
  memory_bytes: number;
  os: string;
  node: string;
  /** One-minute load before and after the run: far above what the benchmark itself makes, the tails are someone else's. */
  load_before: number;
  load_after: number;
}

export function describeMachine(): Machine {
  const processors = cpus();
  const load = loadavg()[0] ?? 0;
  return {
    cpu_model: processors[0]?.model.trim() ?? "unknown",
    cores: processors.length,
    memory_bytes: totalmem(),
    os: `${platform()} ${release()}`,
    node: process.version,
    load_before: load,
    load_after: load,
  };
}

export function withLoadAfter(machine: Machine): Machine {
  return { ...machine, load_after: loadavg()[0] ?? 0 };
}
