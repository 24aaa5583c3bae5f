import { type ConnectedTrader, connectTrader, trustOf, Venue } from "@sealbook/cli/devnet";
import { RejectError, type VenueIdentity } from "@sealbook/sdk";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EngineState, engineState } from "./engine-state.ts";
import { type RawOptions, RawSession } from "./raw-session.ts";

/** B32: the right wallet's right signature, made for another chain or another settlement, opens nothing here. */
let venue: Venue;
let trader: ConnectedTrader;
let before: EngineState;
let here: VenueIdentity;

beforeAll(async () => {
  venue = await Venue.start();
  await venue.deposit(0, 1_000_000_000n);
  trader = await connectTrader(venue, 0);
  before = await engineState(venue, [trader]);
  here = trustOf(venue).venue;
});
afterAll(async () => {
  trader?.close();
  await venue?.stop();
});

async function refusal(options: RawOptions): Promise<string> {
  try {
    (await RawSession.open(venue, 0, options)).close();
  } catch (error) {
    if (error instanceof RejectError) return error.wire;
    throw error;
  }
  return "opened";
}

const foreign: [string, () => VenueIdentity][] = [
  ["another chain", () => ({ ...here, chainId: 1n })],
  ["chain 0", () => ({ ...here, chainId: 0n })],
  ["another settlement", () => ({ ...here, settlement: `0x${"11".repeat(20)}` })],
  ["the registry for the settlement", () => ({ ...here, settlement: here.registry })],
];

describe.each(foreign)("%s", (_name, identity) => {
  test("named openly is BAD_DOMAIN, whatever was signed", async () => {
    expect(await refusal({ signedFor: identity(), named: identity() })).toBe("BAD_DOMAIN");
    expect(await refusal({ named: identity() })).toBe("BAD_DOMAIN");
  });

  test("signed for and hidden behind ours is BAD_SIGNATURE", async () => {
    expect(await refusal({ signedFor: identity() })).toBe("BAD_SIGNATURE");
  });
});

test("a signature for our domain, but for another key, another account or wider terms, is BAD_SIGNATURE", async () => {
  const genuine = await RawSession.open(venue, 0, { terms: { scopes: 1 } });
  const other = await RawSession.open(venue, 1);
  const { delegated } = genuine;
  const { keys, sessionKey, owner } = other.delegated;
  for (const forged of [
    { ...delegated, keys, sessionKey },
    { ...delegated, owner },
    { ...delegated, terms: { ...delegated.terms, scopes: 7 } },
    { ...delegated, terms: { ...delegated.terms, subaccount: 1 } },
    { ...delegated, terms: { ...delegated.terms, expiry: delegated.terms.expiry + 1n } },
    { ...delegated, terms: { ...delegated.terms, nonce: delegated.terms.nonce + 1n } },
  ]) {
    expect(await refusal({ delegated: forged })).toBe("BAD_SIGNATURE");
  }
  // What was really signed opens, so the rows above failed for the reason they name.
  expect(await refusal({ delegated })).toBe("opened");
  genuine.close();
  other.close();
});

test("the engine is what it was", async () => {
  expect(await engineState(venue, [trader])).toEqual(before);
});
