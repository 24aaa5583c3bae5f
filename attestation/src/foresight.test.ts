import { expect, test } from "vitest";
import { parseEvaluationNumbers } from "./endorsements/evaluation-numbers.ts";
import { parseQuote } from "./evidence/quote.ts";
import { describeOutlooks, foresee } from "./foresight.ts";
import { minimalPolicy, nodeCrypto } from "./node.ts";
import {
  SimulatedQuotingEnclave,
  simulatedEndorsements,
  simulatedEvaluationNumbers,
  simulatedRoots,
  simulatedTdReport,
} from "./simulation/index.ts";

const SEED = new Uint8Array(32).fill(54);
const AT = new Date("2026-06-01T00:00:00Z");
const ENCLAVE = new SimulatedQuotingEnclave(SEED, SEED);
const QUOTE = parseQuote(ENCLAVE.quoteTd(simulatedTdReport()));

/** Today's number finds nothing wrong; the next one wants newer microcode, and its policy refuses what is out of date. */
const INPUT = {
  endorsements: {
    standard: simulatedEndorsements(SEED, {
      tee: "tdx",
      issuedAt: new Date("2026-05-20T00:00:00Z"),
      nextUpdate: new Date("2026-06-19T00:00:00Z"),
    }),
    early: simulatedEndorsements(SEED, {
      tee: "tdx",
      evaluationNumber: 18,
      isOutOfDate: true,
      advisoryIds: ["SIM-SA-00003"],
      issuedAt: new Date("2026-05-30T00:00:00Z"),
      nextUpdate: new Date("2026-06-29T00:00:00Z"),
    }),
  },
  numbers: parseEvaluationNumbers(
    simulatedEvaluationNumbers(SEED, "tdx", [
      [18, new Date("2026-05-12T00:00:00Z")],
      [17, new Date("2024-03-12T00:00:00Z")],
    ]).body,
  ).list,
  at: AT,
  roots: simulatedRoots(SEED),
  crypto: nodeCrypto,
  policy: { ...minimalPolicy("tdx"), allowSimulated: true, tcbStatuses: ["UpToDate"] } as ReturnType<
    typeof minimalPolicy
  >,
};

test("an operator sees today's verdict, the one to come, what is short and when it ends", () => {
  expect(describeOutlooks(foresee(QUOTE, INPUT), AT)).toBe(`judged at 2026-06-01T00:00:00Z

standard    evaluation number 17 (wanted 17)
answer      accepted
TCB status  UpToDate
advisories  none
expires     2026-06-19T00:00:00Z (root CRL window), 18 days left
age         oldest endorsement 12 days

early       evaluation number 18 (wanted 18)
answer      refused: POLICY_TCB_STATUS
TCB status  OutOfDate
advisories  SIM-SA-00003
short       SGX[0]: has 5, newest level needs 6
expires     2026-06-29T00:00:00Z (root CRL window), 28 days left
age         oldest endorsement 2 days
`);
});

test("endorsements of another number than wanted are told apart", () => {
  const [, early] = foresee(QUOTE, {
    ...INPUT,
    endorsements: { ...INPUT.endorsements, early: INPUT.endorsements.standard },
  });
  expect(early).toMatchObject({ wantedNumber: 18, evaluationNumber: 17 });
  expect(describeOutlooks([early!], AT)).toContain(
    "number 17 (wanted 18: not at hand, so this is no outlook)",
  );
});

test("without endorsements there is no status, and the reason says so", () => {
  const [standard] = foresee(QUOTE, { ...INPUT, endorsements: { standard: {}, early: {} }, numbers: null });
  expect(standard).toMatchObject({
    isAccepted: false,
    reason: "CRL_MISSING",
    status: null,
    evaluationNumber: null,
    ageDays: null,
  });
});
