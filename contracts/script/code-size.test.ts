import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

/** EIP-170 and EIP-3860. */
const CODE_MAX = 24_576;
const INITCODE_MAX = 49_152;

const CONTRACTS = [
  "Certificates",
  "Endorsements",
  "QuoteVerifier",
  "AttestationRegistry",
  "Settlement",
  "Inbox",
  "Vault",
  "EscapeHatch",
  "Timelock",
  "ReceiptCourt",
];

test.each(CONTRACTS)("%s can be deployed", (name) => {
  const path = new URL(`../out/${name}.sol/${name}.json`, import.meta.url);
  const artifact = JSON.parse(readFileSync(path, "utf8"));
  const size = (code: { object: string }) => (code.object.length - 2) / 2;
  expect(size(artifact.deployedBytecode)).toBeLessThanOrEqual(CODE_MAX);
  expect(size(artifact.bytecode)).toBeLessThanOrEqual(INITCODE_MAX);
});
