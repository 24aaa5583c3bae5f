import { type ContractName, interfaceOf } from "@sealbook/contracts";
import type { Interface } from "ethers";
import { describe, expect, it } from "vitest";
import { courtAbi, hatchAbi, inboxAbi, registryAbi, settlementAbi, tokenAbi, vaultAbi } from "./abi.ts";

/** The written-out interfaces are a copy, made so that leaving needs no Solidity build. A copy that drifts must be noticed. */
const copies: [ContractName, Interface][] = [
  ["Settlement", settlementAbi],
  ["Inbox", inboxAbi],
  ["Vault", vaultAbi],
  ["EscapeHatch", hatchAbi],
  ["ReceiptCourt", courtAbi],
  ["AttestationRegistry", registryAbi],
  ["DevToken", tokenAbi],
];

/** Names, and what only documents. */
const NOT_SHAPE = new Set(["name", "internalType", "stateMutability"]);

const fragmentsOf = (abi: Interface) => abi.fragments.filter(({ type }) => type !== "constructor");

describe("written-out interfaces are the contracts'", () => {
  for (const [name, copy] of copies) {
    it(name, () => {
      const compiled = new Set(fragmentsOf(interfaceOf(name)).map((fragment) => fragment.format("sighash")));
      expect(copy.fragments.length).toBeGreaterThan(0);
      expect(
        copy.fragments.map((fragment) => fragment.format("sighash")).filter((one) => !compiled.has(one)),
      ).toEqual([]);
    });

    it(`${name}: answers and indexed arguments`, () => {
      for (const fragment of copy.fragments) {
        const theirs = fragmentsOf(interfaceOf(name)).find(
          (one) => one.format("sighash") === fragment.format("sighash"),
        );
        const shape = (of: typeof fragment | undefined) =>
          JSON.parse(of?.format("json") ?? "{}", (key, value) =>
            NOT_SHAPE.has(key) || (key === "indexed" && value === false) ? undefined : value,
          );
        expect(shape(fragment), fragment.format("sighash")).toEqual(shape(theirs));
      }
    });
  }
});
