import { VALIDITY_REFUSALS, type ValidityRefusalName } from "@sealbook/wire/validity";

/** The venue does not take it; nothing has changed. */
export class ValidityRefusal extends Error {
  /** A name of `VALIDITY_REFUSALS`, or `ENGINE` for a code of docs/wire.md. */
  readonly code: ValidityRefusalName | "ENGINE";
  readonly wireCode: number;
  readonly detail: bigint;

  constructor(code: ValidityRefusalName | "ENGINE", sentence: string, detail = 0n, wireCode?: number) {
    super(`${code}: ${sentence}`);
    this.name = "ValidityRefusal";
    this.code = code;
    this.wireCode = wireCode ?? (code === "ENGINE" ? 0 : VALIDITY_REFUSALS[code].code);
    this.detail = detail;
  }
}
