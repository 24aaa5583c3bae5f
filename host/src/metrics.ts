import { Counter, collectDefaultMetrics, Gauge, Registry } from "prom-client";

/** Metrics are read when they are scraped: nothing on a hot path knows that they exist. */

export interface MetricSource {
  name: string;
  help: string;
  kind: "counter" | "gauge";
  /** The present value. */
  read(): number;
}

export function createMetrics(sources: readonly MetricSource[]): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: "sealbook_host_" });
  for (const { name, help, kind, read } of sources) {
    const options = { name: `sealbook_${name}`, help, registers: [registry] };
    if (kind === "gauge") {
      new Gauge({
        ...options,
        collect() {
          this.set(read());
        },
      });
    } else {
      new Counter({
        ...options,
        collect() {
          this.reset();
          this.inc(read());
        },
      });
    }
  }
  return registry;
}
