import { toHex } from "@sealbook/wire";
import type { Restriction } from "./chain/restriction.ts";
import type { SourceState } from "./chain/sources.ts";
import { claimsOf } from "./chain/withdrawals.ts";
import type { RunningHost } from "./host.ts";
import type { HttpViews } from "./http/routes.ts";
import { createMetrics, type MetricSource } from "./metrics.ts";

/** What the outside may see of a running host, read at the moment it is asked. */

export interface HostStatus {
  state: "running" | "fatal";
  fault?: string;
  enclave: Record<string, number | string>;
  journal: {
    written: number;
    synced: number;
    bytesWritten: number;
    writes: number;
    syncs: number;
    segment: string;
  };
  gateway: {
    connections: number;
    accepted: number;
    frames: number;
    pauses: number;
    tooLarge: number;
    silent: number;
    slow: number;
  };
  feed: { subscribers: number; messages: number; slow: number };
  chain: {
    anchoredBatch: number;
    backlog: number;
    sent: number;
    bumps: number;
    gasUsedLast: number;
    blobGasUsedLast: number;
    /** Of all batches this host has seen mined. */
    totals: { batches: number; dataBytes: number; gas: number; blobGas: number };
    data: "blobs" | "calldata";
    posting: string;
    restriction: Restriction;
    lagMs: number;
    alerts: number;
    blocked?: string;
    inboxCursor: number;
    sources: SourceState[];
  };
  pump: { passes: number; sleeps: number; held: number };
}

export function hostStatus(host: RunningHost): HostStatus {
  const { journal, gateway, feed, poster, inbox, pump, egress, fault } = host;
  const { accepted, frames, pauses, tooLarge, silent, slow } = gateway.counts;
  return {
    state: fault === undefined ? "running" : "fatal",
    ...(fault === undefined ? {} : { fault: fault.code }),
    enclave: enclaveStatus(host),
    journal: {
      written: journal.written,
      synced: journal.synced,
      bytesWritten: journal.bytesWritten,
      writes: journal.writes,
      syncs: journal.syncs,
      segment: journal.segmentPath.split("/").at(-1)!,
    },
    gateway: { connections: gateway.connections, accepted, frames, pauses, tooLarge, silent, slow },
    feed: { subscribers: feed.subscribers, messages: feed.messages, slow: feed.slow },
    chain: {
      anchoredBatch: host.anchoredBatch,
      backlog: poster.backlog,
      sent: poster.sent,
      bumps: poster.bumps,
      gasUsedLast: Number(poster.gasUsedLast),
      blobGasUsedLast: Number(poster.blobGasUsedLast),
      totals: {
        ...poster.totals,
        gas: Number(poster.totals.gas),
        blobGas: Number(poster.totals.blobGas),
      },
      data: host.parts.config.chain.data,
      posting: poster.state.at,
      restriction: host.restriction,
      lagMs: poster.lagMs(Date.now()),
      alerts: host.alerts,
      ...(poster.blocked === undefined ? {} : { blocked: poster.blocked }),
      inboxCursor: Number(inbox.cursor),
      sources: host.parts.chain.sources?.states ?? [],
    },
    pump: { passes: pump.passes, sleeps: pump.sleeps, held: egress.held },
  };
}

export function createViews(host: RunningHost, evidence: unknown, isReady: () => boolean): HttpViews {
  const metrics = createMetrics(metricSources(host));
  const { enclaveConfig } = host.parts;
  return {
    isReady,
    fault: () => host.fault?.code,
    metrics: async () => ({ contentType: metrics.contentType, text: await metrics.metrics() }),
    evidence: () => evidence,
    markets: () => ({
      markets: enclaveConfig.instruments.map(plain),
      options: enclaveConfig.options.map(plain),
      terms: host.feed.terms().map(plain),
    }),
    book: (instrument, depth) => host.feed.book(instrument)?.snapshot(depth),
    head: () => {
      // Not one the journal has not reached: after a crash it would be a promise nobody keeps.
      const head = host.heads.latest;
      return head === undefined ? undefined : plain(head);
    },
    links: (from, to) => host.links.read(from, to),
    status: () => hostStatus(host),
    batch: (batchNumber) => {
      const batch = host.batches.get(batchNumber);
      return batch === undefined
        ? undefined
        : { ...(plain(batch) as object), anchored: batchNumber <= host.anchoredBatch };
    },
    withdrawals: (owner) => ({
      claims: host.batches
        .numbers()
        .filter((number) => number <= host.anchoredBatch)
        .flatMap((number) => {
          const batch = host.batches.get(number);
          return batch === undefined ? [] : claimsOf(batch, owner);
        }),
    }),
    oracle: (message) => host.ingress.oracle(message),
    closeBatch: () => host.ingress.closeBatch(),
  };
}

/** The enclave's own status; a faulted or stopping one may refuse, and then only that is shown. */
function enclaveStatus(host: RunningHost): Record<string, number | string> {
  try {
    const { type: _, ...status } = host.parts.enclave.status();
    return plain(status) as Record<string, number | string>;
  } catch {
    return { state: "unavailable" };
  }
}

/** As JSON can carry it: integers as numbers where exact and as decimal strings beyond, bytes as hex. */
function plain(value: unknown): unknown {
  if (typeof value === "bigint")
    return value >= -(2n ** 53n) && value <= 2n ** 53n ? Number(value) : value.toString();
  if (value instanceof Uint8Array) return toHex(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]));
  }
  return value;
}

function metricSources(host: RunningHost): MetricSource[] {
  const { journal, gateway, feed, poster, pump, egress, ingress } = host;
  const counter = (name: string, help: string, read: () => number): MetricSource => ({
    name,
    help,
    kind: "counter",
    read,
  });
  const gauge = (name: string, help: string, read: () => number): MetricSource => ({
    name,
    help,
    kind: "gauge",
    read,
  });
  return [
    gauge("healthy", "1 while no fault has stopped the host", () => (host.fault === undefined ? 1 : 0)),
    gauge("journal_sequence_written", "sequence that survives kill -9", () => journal.written),
    gauge("journal_sequence_synced", "sequence that survives power loss", () => journal.synced),
    counter("journal_bytes_total", "journal bytes written", () => journal.bytesWritten),
    counter(
      "journal_writes_total",
      "journal writes; records per write is the batching",
      () => journal.writes,
    ),
    counter("journal_syncs_total", "journal syncs", () => journal.syncs),
    gauge("gateway_connections", "client sockets", () => gateway.connections),
    counter("gateway_frames_total", "frames passed to the enclave", () => gateway.counts.frames),
    counter(
      "gateway_pauses_total",
      "times a socket was not read because ring 0 was full",
      () => gateway.counts.pauses,
    ),
    counter(
      "gateway_refused_total",
      "connections refused at a limit",
      () => gateway.counts.refusedConnections,
    ),
    counter("gateway_frame_too_large_total", "FRAME_TOO_LARGE", () => gateway.counts.tooLarge),
    counter(
      "gateway_silent_total",
      "connections closed for silence or a half frame",
      () => gateway.counts.silent,
    ),
    counter("gateway_slow_total", "clients closed as SLOW_CONSUMER", () => gateway.counts.slow),
    counter("replies_total", "replies released", () => egress.replies),
    gauge("replies_held", "replies and public messages waiting for the journal", () => egress.held),
    gauge("ingress_waiting", "host records waiting for room in ring 0", () => ingress.waiting),
    gauge("feed_subscribers", "feed sockets", () => feed.subscribers),
    counter("feed_messages_total", "public messages released", () => feed.messages),
    counter("feed_slow_total", "feed readers closed as SLOW_CONSUMER", () => feed.slow),
    counter("pump_passes_total", "passes over the rings", () => pump.passes),
    counter("pump_sleeps_total", "times the pump went to sleep", () => pump.sleeps),
    gauge("batch_anchored", "last batch k blocks deep", () => host.anchoredBatch),
    gauge("batch_backlog", "batches closed and not yet anchored", () => poster.backlog),
    counter("batch_transactions_total", "batch transactions sent", () => poster.sent),
    counter("batch_fee_bumps_total", "transactions replaced with a higher fee", () => poster.bumps),
    gauge("batch_gas_used", "gas of the last batch", () => Number(poster.gasUsedLast)),
    gauge("batch_lag_ms", "how long the oldest unaccepted batch has been waiting", () =>
      poster.lagMs(Date.now()),
    ),
    gauge("batch_blob_gas_used", "blob gas of the last batch", () => Number(poster.blobGasUsedLast)),
    counter("batch_data_bytes_total", "bytes of data of all batches", () => poster.totals.dataBytes),
    counter("chain_alerts_total", "times somebody should have looked at the poster", () => host.alerts),
    gauge(
      "chain_sources_faulty",
      "chain sources that are down, behind or of another opinion",
      () => (host.parts.chain.sources?.states ?? []).filter(({ fault }) => fault !== undefined).length,
    ),
    gauge("market_restriction", "what the chain lets markets take: 0 all, 1 reducing orders, 2 nothing", () =>
      ["none", "reduce-only", "halt"].indexOf(host.restriction),
    ),
    gauge("batch_blocked", "1 while the chain would refuse the next batch", () =>
      poster.blocked === undefined ? 0 : 1,
    ),
  ];
}
