/** What `connect` is told, and what it assumes when it is not. */
import { nodeCrypto } from "@sealbook/attestation/node";
import { fromHex, type Head, type Level, SCOPE_CANCEL, SCOPE_TRADE, SCOPE_WITHDRAW } from "@sealbook/wire";
import type { Signer } from "ethers";
import type { Trust } from "./attest.ts";
import type { Terms } from "./delegation.ts";
import { HeadMemory, type SeenHead } from "./head-memory.ts";
import type { LinkOptions } from "./link.ts";
import type { ReceiptBook } from "./receipts/receipt-book.ts";
import type { ReplyClock } from "./reply-deadline.ts";
import { dialerOf } from "./transport/transport.ts";

export interface ConnectOptions {
  /** The venue's HTTP address: `https://venue.example`. */
  url: string;
  /** Signs the delegation, once. */
  wallet: Signer;
  /** What the enclave must be. */
  trust: Trust;
  /** Where orders go: tcp://host:port, unix:/path, ws(s)://…; unless told, the WebSocket of `url`. */
  address?: string;
  subaccount?: number;
  /** `SCOPE_*` bits; unless told, all three. */
  scopes?: number;
  /** How long the session key may act, in seconds; unless told, a day. */
  delegationSeconds?: number;
  /** Nonce of the delegation; unless told, the Unix time in seconds, so that `revoke` can name a moment. */
  delegationNonce?: bigint;
  /** When a command counts as done; unless told, when it is written. */
  level?: Level;
  /** The highest head an earlier run saw (`client.head`). */
  head?: SeenHead;
  /** Keeps every receipt, and has the enclave confronted with the highest head it signed. */
  receipts?: ReceiptBook;
  /** Attempts to connect again before giving up; unless told, without end. 0: never. */
  attemptsMax?: number;
  /** Commands without result at one time; unless told, 65,536. */
  pendingMax?: number;
  /** How long the venue may take to answer before the session counts as lost, in ms; unless told, 10,000. */
  replyDeadlineMs?: number;
  signal?: AbortSignal;
  /** For tests: clock and waiting. */
  now?: () => Date;
  sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** For tests: what the reply deadline is measured by. */
  replyClock?: ReplyClock;
}

const DAY_SECONDS = 86_400;
/** A synced reply takes milliseconds; a host that restarts hangs up. What is silent for this long is not slow. */
const REPLY_DEADLINE_MS = 10_000;
const BACKOFF_MS_MIN = 50;
const BACKOFF_MS_MAX = 5_000;

export function linkOptions(options: ConnectOptions): LinkOptions {
  const now = options.now ?? (() => new Date());
  return {
    url: options.url,
    dial: dialerOf(options.address ?? socketOf(options.url)),
    wallet: options.wallet,
    trust: options.trust,
    terms: () => termsOf(options, BigInt(Math.floor(now().getTime() / 1000))),
    level: options.level ?? "written",
    heads: new HeadMemory(options.head, () => signedHead(options.receipts)),
    now,
    crypto: nodeCrypto,
    attemptsMax: options.attemptsMax ?? Number.POSITIVE_INFINITY,
    pendingMax: options.pendingMax ?? 65_536,
    replyDeadlineMs: options.replyDeadlineMs ?? REPLY_DEADLINE_MS,
    replyClock: options.replyClock ?? { now: () => performance.now(), sleep: wait },
    backoff,
    sleep: options.sleep ?? wait,
  };
}

function signedHead(receipts: ReceiptBook | undefined): Head | undefined {
  const head = receipts?.highestHead;
  if (head === undefined) return undefined;
  const { epoch, sequence } = head;
  return { epoch, sequence, chainHash: fromHex(head.chainHash, 32), signature: fromHex(head.signature, 65) };
}

function termsOf(options: ConnectOptions, seconds: bigint): Terms {
  return {
    subaccount: options.subaccount ?? 0,
    scopes: options.scopes ?? SCOPE_TRADE | SCOPE_CANCEL | SCOPE_WITHDRAW,
    expiry: seconds + BigInt(options.delegationSeconds ?? DAY_SECONDS),
    nonce: options.delegationNonce ?? seconds,
  };
}

function socketOf(url: string): string {
  const socket = new URL("/v1/session", url);
  socket.protocol = socket.protocol === "https:" ? "wss:" : "ws:";
  return socket.href;
}

/** Doubles up to a bound; the half that is random keeps a thousand clients from returning at once. */
function backoff(attempt: number): number {
  const whole = Math.min(BACKOFF_MS_MAX, BACKOFF_MS_MIN * 2 ** Math.min(attempt, 10));
  return whole / 2 + (Math.random() * whole) / 2;
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal.addEventListener("abort", stop, { once: true });
  });
}
