import type { OnchainEvidence, TcbText } from "./evidence.ts";

/** Reads one record of a contract: `method` is a view that returns a struct with named members (or a list whose first is one). */
export type ReadRecord = (
  contract: "certificates" | "endorsements",
  method: string,
  args: readonly unknown[],
) => Promise<Readonly<Record<string, unknown>>>;

/** One transaction of a registration, sent unless the chain already knows as much. */
export interface RegistrationStep {
  /** In words, for logs. */
  readonly name: string;
  readonly contract: "certificates" | "endorsements";
  readonly method: string;
  readonly args: readonly unknown[];
  /** Does the chain know this, or something newer, at `now` (Unix seconds)? */
  isKnown(read: ReadRecord, now: number): Promise<boolean>;
}

/** What must be on chain before a quote can be registered, in order: certificates, lists, TCB info and identity. */
export function registrationSteps(evidence: OnchainEvidence): readonly RegistrationStep[] {
  const { root, ca, caKey, pck, pckKey, tee, fmspc } = evidence;
  const signers = [
    [evidence.tcbSigner, evidence.tcbSignerKey.id],
    [evidence.qeSigner, evidence.qeSignerKey.id],
  ] as const;
  return [
    certificate("the root certificate", "registerRoot", [root], "rootRecord", []),
    certificate("the PCK CA", "registerCa", [ca], "caOf", [caKey.id]),
    certificate("the PCK certificate", "registerPck", [pck, caKey.x, caKey.y], "pckOf", [pckKey.id]),
    list("the root's revocation list", evidence.rootCrl),
    list("the PCK CA's revocation list", evidence.pckCrl),
    ...evidence.otherRoots.map((der) =>
      certificate("the signing chain's root certificate", "registerRoot", [der], "rootRecord", []),
    ),
    ...new Map(
      signers.map(([der, id]) => [
        der,
        certificate("the TCB signing certificate", "registerTcbSigner", [der], "tcbSignerOf", [id]),
      ]),
    ).values(),
    text("the TCB info", "upsertTcbInfo", evidence.tcbInfo, "tcbInfoOf", [tee, fmspc]),
    text("the QE identity", "upsertQeIdentity", evidence.qeIdentity, "qeIdentityOf", [tee]),
  ];
}

function certificate(
  name: string,
  method: string,
  args: readonly unknown[],
  view: string,
  key: readonly unknown[],
): RegistrationStep {
  return {
    name,
    contract: "certificates",
    method,
    args,
    isKnown: async (read, now) => Number((await read("certificates", view, key)).notAfter) >= now,
  };
}

function list(name: string, crl: OnchainEvidence["rootCrl"]): RegistrationStep {
  return {
    name,
    contract: "certificates",
    method: "upsertCrl",
    args: [crl.der, crl.issuer.x, crl.issuer.y],
    isKnown: async (read) =>
      Number((await read("certificates", "crlOf", [crl.issuer.id])).thisUpdate) >= crl.thisUpdate,
  };
}

function text(
  name: string,
  method: string,
  signed: TcbText,
  view: string,
  key: readonly unknown[],
): RegistrationStep {
  return {
    name,
    contract: "endorsements",
    method,
    args: [signed.text, signed.signature],
    isKnown: async (read) => {
      const head = await read("endorsements", view, key);
      const [date, number] = [Number(head.issueDate), Number(head.evaluationNumber)];
      const isSame = date === signed.issueDate && number === signed.evaluationNumber;
      return isSame || date > signed.issueDate || number > signed.evaluationNumber;
    },
  };
}
