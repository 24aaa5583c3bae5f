import { keccak_256 } from "@noble/hashes/sha3.js";
import { concat, equal, fromHex, toHex } from "../bytes.ts";
import { AttestationError } from "../errors.ts";
import type { Fetched, Platform } from "../pcs/client.ts";
import { type Certificate, parseCertificate } from "../x509/certificate.ts";
import { parseRevocationList } from "../x509/crl.ts";
import { parsePem } from "../x509/pem.ts";
import { keyOf, listOf, type P256Key, qeIdentityOf, signerOf, type TcbText, tcbInfoOf } from "./evidence.ts";
import type { ReadRecord, RegistrationStep } from "./steps.ts";

/** Something the contracts keep for everybody, and that ends: who may renew it is anybody, who does is a keeper. */
export interface Upkeep extends Omit<RegistrationStep, "isKnown"> {
  /** Same for the same thing on chain: lists and identities are shared between platforms. */
  readonly id: string;
  /** When what the chain has now ends (Unix seconds, inclusive); 0 when it has nothing. */
  until(read: ReadRecord): Promise<number>;
  /** Would sending this be accepted, and is it worth its gas: near the end, or saying something new? `marginS`: how near. */
  isDue(read: ReadRecord, now: number, marginS: number): Promise<boolean>;
}

/**
 * What a platform's endorsements are on chain, in the order they must be sent. The service issues the same content anew every day, so a newer
 * date alone is no reason to pay: lists are due when they revoke somebody new, texts when their evaluation number rises, all of it when the
 * chain's end is near.
 * @throws {AttestationError} when a part cannot be read.
 */
export function upkeepOf(platform: Platform, { endorsements, pckCrlChain }: Fetched): readonly Upkeep[] {
  const { ca, root } = caOf(pckCrlChain);
  const tcb = signerOf(endorsements.tcbInfoChain);
  const qe = signerOf(endorsements.qeIdentityChain);
  const tcbInfo = tcbInfoOf(endorsements.tcbInfo, keyOf(tcb.signer));
  const qeIdentity = qeIdentityOf(endorsements.qeIdentity, keyOf(qe.signer));
  const tee = platform.tee === "sgx" ? 0 : 1;
  const name = platform.tee.toUpperCase();
  const certificates = [
    certificate("the root certificate", "registerRoot", root, "rootRecord", []),
    certificate(`the PCK ${platform.ca} CA`, "registerCa", ca, "caOf", [keyOf(ca).id]),
    ...[tcb, qe].flatMap(({ signer, root: other }) => [
      certificate("the root certificate", "registerRoot", other, "rootRecord", []),
      certificate("the TCB signing certificate", "registerTcbSigner", signer, "tcbSignerOf", [
        keyOf(signer).id,
      ]),
    ]),
  ];
  return [
    ...new Map(certificates.map((item) => [JSON.stringify(item.args), item])).values(),
    list("the root's revocation list", endorsements.rootCrl, keyOf(root)),
    list(`the PCK ${platform.ca} CA's revocation list`, endorsements.pckCrl, keyOf(ca)),
    text(`the ${name} TCB info of ${platform.fmspc}`, "upsertTcbInfo", tcbInfo, "tcbInfoOf", [
      tee,
      `0x${platform.fmspc.toLowerCase()}`,
    ]),
    text(`the ${name} quoting enclave's identity`, "upsertQeIdentity", qeIdentity, "qeIdentityOf", [tee]),
  ];
}

/** The evaluation number the chain has for a platform's TCB info and identity: the higher, for that one must not be lowered. */
export async function numberOnChain(platform: Platform, read: ReadRecord): Promise<number> {
  const tee = platform.tee === "sgx" ? 0 : 1;
  const info = await read("endorsements", "tcbInfoOf", [tee, `0x${platform.fmspc.toLowerCase()}`]);
  const identity = await read("endorsements", "qeIdentityOf", [tee]);
  return Math.max(Number(info.evaluationNumber), Number(identity.evaluationNumber));
}

function caOf(pem: string): { readonly ca: Certificate; readonly root: Certificate } {
  const found = parsePem(pem).map(parseCertificate);
  const root = found.find(({ issuer, subject }) => equal(issuer, subject));
  const ca = found.find((candidate) => candidate !== root);
  if (!root || !ca) throw new AttestationError("CHAIN_INCOMPLETE", "the PCK list's chain is not CA and root");
  return { ca, root };
}

function certificate(
  name: string,
  method: string,
  { raw, notAfter }: Certificate,
  view: string,
  key: readonly unknown[],
): Upkeep {
  const until = async (read: ReadRecord) => Number((await read("certificates", view, key)).notAfter);
  return {
    id: `${view} ${key.join(" ")}`,
    name,
    contract: "certificates",
    method,
    args: [`0x${toHex(raw)}`],
    until,
    isDue: async (read, now, marginS) => {
      const end = await until(read);
      return end < now + marginS && notAfter / 1000 > end;
    },
  };
}

function list(name: string, source: string, issuer: P256Key): Upkeep {
  const crl = listOf(source, issuer);
  const { revoked } = parseRevocationList(fromHex(crl.der.slice(2)));
  const record = (read: ReadRecord) => read("certificates", "crlOf", [issuer.id]);
  const isRevoked = async (read: ReadRecord, serial: string) =>
    (await read("certificates", "isRevoked", [issuer.id, certificateId(issuer, serial)])).isRevoked === true;
  return {
    id: `crlOf ${issuer.id}`,
    name,
    contract: "certificates",
    method: "upsertCrl",
    args: [crl.der, issuer.x, issuer.y],
    until: async (read) => Number((await record(read)).nextUpdate),
    isDue: async (read, now, marginS) => {
      const known = await record(read);
      if (crl.thisUpdate <= Number(known.thisUpdate)) return false;
      if (Number(known.nextUpdate) < now + marginS) return true;
      // A revocation is worth its gas at once.
      for (const serial of revoked) if (!(await isRevoked(read, serial))) return true;
      return false;
    },
  };
}

/** What the contracts call a certificate: the first half of keccak256(issuer's key id ‖ serial). */
function certificateId(issuer: P256Key, serial: string): string {
  const word = fromHex(serial.padStart(64, "0"));
  return `0x${toHex(keccak_256(concat(fromHex(issuer.id.slice(2)), word)).subarray(0, 16))}`;
}

function text(name: string, method: string, signed: TcbText, view: string, key: readonly unknown[]): Upkeep {
  const head = (read: ReadRecord) => read("endorsements", view, key);
  return {
    id: `${view} ${key.join(" ")}`,
    name,
    contract: "endorsements",
    method,
    args: [signed.text, signed.signature],
    until: async (read) => Number((await head(read)).nextUpdate),
    isDue: async (read, now, marginS) => {
      const known = await head(read);
      const [date, number] = [Number(known.issueDate), Number(known.evaluationNumber)];
      if (signed.issueDate < date || signed.evaluationNumber < number) return false;
      if (signed.evaluationNumber > number) return true;
      return signed.issueDate > date && Number(known.nextUpdate) < now + marginS;
    },
  };
}
