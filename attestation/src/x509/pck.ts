import { fromUtf8, toHex } from "../bytes.ts";
import { AttestationError } from "../errors.ts";
import { type Certificate, parseCertificate } from "./certificate.ts";
import { DerReader, TAG } from "./der.ts";
import { parsePem } from "./pem.ts";

const SGX = "1.2.840.113741.1.13.1";

/** What a PCK certificate says about its platform (Intel, "SGX PCK Certificate and CRL Profile Specification" 1.3.5). */
export interface PckExtension {
  /** 16 bytes, hex. */
  readonly ppid: string;
  /** Sixteen TCB component SVNs. */
  readonly components: readonly number[];
  readonly pceSvn: number;
  /** 16 bytes, hex. */
  readonly cpuSvn: string;
  /** 2 bytes, hex as in the certificate. */
  readonly pceId: string;
  /** 6 bytes, hex. */
  readonly fmspc: string;
  /** 0 standard, 1 scalable, 2 scalable with integrity. */
  readonly sgxType: number;
  /** 16 bytes, hex; only in certificates of the Platform CA. */
  readonly platformInstanceId: string | null;
}

/** Phrase Intel's library looks for in a PCK certificate's common name (QVL, X509Constants.h). */
export const PCK_PHRASE = "SGX PCK Certificate";

export function isPckLeaf(certificate: Certificate): boolean {
  return certificate.subjectCommonName.includes(PCK_PHRASE);
}

/** The certificates a quote embeds, as far as they can be read: none of what `verify` would refuse. */
export function certificatesOf(pckChain: Uint8Array): readonly Certificate[] {
  try {
    return parsePem(fromUtf8(pckChain)).map(parseCertificate);
  } catch {
    return [];
  }
}

/** @throws {AttestationError} PCK_EXTENSION. */
export function parsePckExtension(certificate: Certificate): PckExtension {
  const value = certificate.extensions.get(SGX);
  if (!value) throw new AttestationError("PCK_EXTENSION", "the certificate has no SGX extension");
  const outer = new DerReader(value, "PCK_EXTENSION");
  const list = outer.enter(TAG.SEQUENCE);
  outer.done();

  const ppid = hexField(list, 1, 16);
  const tcb = enterField(list, 2);
  const components = Array.from({ length: 16 }, (_, i) => integerField(tcb, `2.${i + 1}`, 0xff));
  const pceSvn = integerField(tcb, "2.17", 0xffff);
  const cpuSvn = hexField(tcb, "2.18", 16);
  tcb.done();
  const pceId = hexField(list, 3, 2);
  const fmspc = hexField(list, 4, 6);
  const type = pair(list, 5);
  const sgxType = type.smallInteger(TAG.ENUMERATED);
  if (sgxType > 2) type.fail("SGX type that does not exist");
  type.done();
  const platformInstanceId = list.isDone() ? null : hexField(list, 6, 16);
  if (!list.isDone()) parseConfiguration(enterField(list, 7));
  list.done();
  return { ppid, components, pceSvn, cpuSvn, pceId, fmspc, sgxType, platformInstanceId };
}

/** Opens the next SEQUENCE { OID, value } and checks the OID: the profile fixes the order of the fields. */
function pair(list: DerReader, arc: number | string): DerReader {
  const field = list.enter(TAG.SEQUENCE);
  const oid = field.oid();
  if (oid !== `${SGX}.${arc}`) list.fail(`field ${oid} where ${SGX}.${arc} belongs`);
  return field;
}

function enterField(list: DerReader, arc: number | string): DerReader {
  const field = pair(list, arc);
  const inside = field.enter(TAG.SEQUENCE);
  field.done();
  return inside;
}

function hexField(list: DerReader, arc: number | string, length: number): string {
  const field = pair(list, arc);
  const bytes = field.octets();
  if (bytes.length !== length) field.fail(`${arc} is not ${length} bytes`);
  field.done();
  return toHex(bytes);
}

function integerField(list: DerReader, arc: string, max: number): number {
  const field = pair(list, arc);
  const value = field.smallInteger();
  if (value > max) field.fail(`${arc} is larger than ${max}`);
  field.done();
  return value;
}

/** Dynamic platform, cached keys, SMT enabled: each optional, read for form only. */
function parseConfiguration(list: DerReader): void {
  let last = 0;
  while (!list.isDone()) {
    const field = list.enter(TAG.SEQUENCE);
    const arc = Number(field.oid().slice(`${SGX}.7.`.length));
    if (!(arc > last && arc <= 3)) list.fail("configuration field out of order");
    last = arc;
    field.boolean();
    field.done();
  }
}
