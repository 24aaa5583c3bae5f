import { contractAt } from "@sealbook/contracts";
import type { Venue } from "../devnet/venue.ts";
import { type Reading, rates, readStatus } from "./status.ts";

/** What a person needs to know before the first line moves: where everything listens, whose accounts, what is not real. */
export function banner(venue: Venue): string {
  const { endpoints, epoch, signer, measurement, gas } = venue.ready;
  const accounts = [0, 1, 2, 3].map(
    (i) =>
      `    ${venue.trader(i).address}  ${i < 2 ? "maker" : "taker"} ${venue.markets[i % 2]?.symbol ?? ""}`,
  );
  if (venue.options.length > 0)
    accounts.push(
      `    ${venue.trader(4).address}  maker of ${venue.options.length} options, portfolio margin`,
      `    ${venue.trader(5).address}  taker of options`,
    );
  return [
    "",
    "  sealbook, SIMULATED: the enclave runs in software, its attestation roots and keys derive from a public seed,",
    "  the chain is Anvil, the tokens are play money. Loopback only. Nothing here protects anything.",
    "",
    `  orders     tcp://${endpoints.tcp.host}:${endpoints.tcp.port}   unix:${endpoints.unix}   ${endpoints.ws}`,
    `  market     ${endpoints.feed}   ${endpoints.http}/v1/markets   ${endpoints.http}/v1/book/1`,
    `  operator   ${endpoints.http}/v1/evidence   /v1/status   /metrics`,
    `  chain      ${venue.chain.url}   settlement ${venue.contracts.settlement}`,
    `  enclave    MRENCLAVE ${measurement.slice(0, 18)}…   signer ${signer}   epoch ${epoch}`,
    `             quote verified on chain (${gas.registration.toLocaleString("en")} gas), epoch opened (${gas.openEpoch.toLocaleString("en")} gas)`,
    `  fallback   ${venue.contracts.validityPath}: anyone may prove an hour after the last batch, or once the signer is revoked`,
    `  data       ${venue.dataDir}`,
    "  accounts   (Anvil's published mnemonic)",
    ...accounts,
    "",
  ].join("\n");
}

const whole = (value: number) => Math.round(value).toLocaleString("en");

/** One line, in place on a terminal, a line each elsewhere. */
export function liveLine(from: Reading, to: Reading): void {
  const now = rates(from, to);
  const text =
    `  ${whole(now.commandsPerSecond).padStart(7)} orders/s  ${whole(now.fillsPerSecond).padStart(6)} fills/s  ` +
    `in enclave p50 ${now.latencyUsP50.toFixed(1)} µs p99 ${now.latencyUsP99.toFixed(1)} µs  ` +
    `batch ${now.batchNumber} on chain (${whole(now.batchGas)} gas)`;
  process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${text}` : `${text}\n`);
}

export interface SummaryData {
  seconds: number;
  commands: number;
  commandsPerSecond: number;
  fillsPerSecond: number;
  rejects: number;
  latencyUsP50: number;
  latencyUsP99: number;
  batchesAccepted: number;
  batchGasMean: number;
  /** Of the batches' packed data; 0 gas of blobs is charged apart, in blob gas. */
  dataBytes: number;
  data: "blobs" | "calldata";
  blobGas: number;
  gasPerFill: number;
  bytesPerFill: number;
  settledSequence: number;
  sequence: number;
  stateRoot: string;
  registrationGas: number;
  signer: string;
  isSimulated: true;
}

/** Read back from the contract, not from what the host says of itself. */
export async function summary(
  venue: Venue,
  from: Reading,
  to: Reading,
): Promise<{ text: string; data: SummaryData }> {
  const settlement = contractAt("Settlement", venue.contracts.settlement, venue.chain.provider);
  const accepted = await settlement.queryFilter("BatchAccepted", 0, "latest");
  const gas = await Promise.all(
    accepted.map(
      async (log) => (await venue.chain.provider.getTransactionReceipt(log.transactionHash))?.gasUsed ?? 0n,
    ),
  );
  const head = await settlement.getFunction("head")();
  const host = (await readStatus(venue.ready.endpoints.http)).status;
  const { dataBytes, blobGas } = host.chain.totals;
  const fills = Number(host.enclave.trades ?? 0);
  const gasTotal = Number(gas.reduce((sum, used) => sum + used, 0n));
  const perFill = (value: number) => (fills === 0 ? 0 : value / fills);
  const now = rates(from, to);
  const seconds = (to.at - from.at) / 1000;
  const data: SummaryData = {
    seconds,
    commands: Math.round(now.commandsPerSecond * seconds),
    commandsPerSecond: now.commandsPerSecond,
    fillsPerSecond: now.fillsPerSecond,
    rejects: now.rejects,
    latencyUsP50: now.latencyUsP50,
    latencyUsP99: now.latencyUsP99,
    batchesAccepted: accepted.length,
    batchGasMean: gas.length === 0 ? 0 : Number(gas.reduce((sum, used) => sum + used, 0n)) / gas.length,
    dataBytes,
    data: host.chain.data,
    blobGas,
    gasPerFill: perFill(gasTotal),
    bytesPerFill: perFill(dataBytes),
    settledSequence: Number(head[2]),
    sequence: now.sequence,
    stateRoot: String(head[3]),
    registrationGas: venue.ready.gas.registration,
    signer: venue.ready.signer,
    isSimulated: true,
  };
  const rows: [string, string][] = [
    ["traded for", `${data.seconds.toFixed(1)} s`],
    [
      "commands",
      `${whole(data.commands)} (${whole(data.commandsPerSecond)}/s, ${whole(data.rejects)} rejected)`,
    ],
    ["fills", `${whole(data.fillsPerSecond)}/s`],
    [
      "in enclave, slot to slot",
      `p50 ${data.latencyUsP50.toFixed(1)} µs, p99 ${data.latencyUsP99.toFixed(1)} µs`,
    ],
    ["batches accepted on chain", `${data.batchesAccepted}, ${whole(data.batchGasMean)} gas each`],
    [
      `data, in ${data.data}`,
      `${whole(data.dataBytes)} bytes, ${data.bytesPerFill.toFixed(1)} bytes and ${data.gasPerFill.toFixed(0)} gas a fill` +
        (data.blobGas > 0 ? `, ${whole(data.blobGas)} blob gas` : ""),
    ],
    ["settled up to sequence", `${whole(data.settledSequence)} of ${whole(data.sequence)}`],
    ["state root on chain", data.stateRoot],
    ["signer, quote verified on chain", `${data.signer}, ${whole(data.registrationGas)} gas`],
    ["simulated", "enclave, attestation roots, chain, tokens: everything"],
  ];
  return { data, text: `\n${rows.map(([name, value]) => `  ${name.padEnd(32)} ${value}`).join("\n")}\n` };
}
