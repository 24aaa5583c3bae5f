import { equal, toHex } from "../bytes.ts";
import { AttestationError } from "../errors.ts";
import { parseSignature, parseSignatureAlgorithm, type SignatureAlgorithm } from "./certificate.ts";
import { DerReader, TAG } from "./der.ts";

export interface RevocationList {
  readonly raw: Uint8Array;
  readonly tbs: Uint8Array;
  readonly algorithm: SignatureAlgorithm;
  /** The issuer's name as DER. */
  readonly issuer: Uint8Array;
  /** Milliseconds since 1970, both inclusive. */
  readonly thisUpdate: number;
  readonly nextUpdate: number;
  /** CRL number (RFC 5280 5.2.3) as lower-case hex, or null. */
  readonly number: string | null;
  /** Serial numbers, lower-case hex without a sign byte. */
  readonly revoked: ReadonlySet<string>;
  readonly signature: Uint8Array;
}

const CRL_NUMBER = "2.5.29.20";
const AUTHORITY_KEY_ID = "2.5.29.35";
const REASON_CODE = "2.5.29.21";
const REMOVE_FROM_CRL = 8;

/**
 * Parses one X.509 v2 certificate revocation list (RFC 5280 section 5.1), strictly. `nextUpdate` is demanded: a list
 * without one could be served for ever.
 * @throws {AttestationError} CRL_MALFORMED.
 */
export function parseRevocationList(bytes: Uint8Array): RevocationList {
  const outer = new DerReader(bytes, "CRL_MALFORMED");
  const body = outer.enter(TAG.SEQUENCE);
  outer.done();
  const tbsElement = body.next(TAG.SEQUENCE);
  const algorithmElement = body.next(TAG.SEQUENCE);
  const algorithm = parseCrlAlgorithm(body.inside(algorithmElement));
  const signature = parseSignature(algorithm, body.wholeBits(), "CRL_MALFORMED");
  body.done();

  const tbs = body.inside(tbsElement);
  if (tbs.smallInteger() !== 1) tbs.fail("version is not 2");
  if (!equal(tbs.whole(tbs.next(TAG.SEQUENCE)), body.whole(algorithmElement))) {
    tbs.fail("inner and outer signature algorithm differ");
  }
  const issuer = tbs.whole(tbs.next(TAG.SEQUENCE));
  const thisUpdate = tbs.time();
  if (tbs.peek() !== TAG.UTC_TIME && tbs.peek() !== TAG.GENERALIZED_TIME) tbs.fail("no next update");
  const nextUpdate = tbs.time();
  const revoked = tbs.peek() === TAG.SEQUENCE ? parseEntries(tbs.enter(TAG.SEQUENCE)) : new Set<string>();
  const number = parseListExtensions(tbs);
  tbs.done();
  return {
    raw: bytes,
    tbs: body.whole(tbsElement),
    algorithm,
    issuer,
    thisUpdate,
    nextUpdate,
    number,
    revoked,
    signature,
  };
}

function parseCrlAlgorithm(reader: DerReader): SignatureAlgorithm {
  try {
    return parseSignatureAlgorithm(reader);
  } catch (cause) {
    throw new AttestationError("CRL_MALFORMED", "signature algorithm", { cause });
  }
}

function parseEntries(list: DerReader): ReadonlySet<string> {
  const revoked = new Set<string>();
  while (!list.isDone()) {
    const entry = list.enter(TAG.SEQUENCE);
    const serial = toHex(entry.unsigned());
    entry.time();
    if (!entry.isDone()) parseEntryExtensions(entry.enter(TAG.SEQUENCE));
    entry.done();
    revoked.add(serial);
  }
  return revoked;
}

/** Only the reason code may stand here; "remove from CRL" belongs to delta lists, which nobody issues here. */
function parseEntryExtensions(extensions: DerReader): void {
  while (!extensions.isDone()) {
    const extension = extensions.enter(TAG.SEQUENCE);
    const oid = extension.oid();
    const isCritical = extension.peek() === TAG.BOOLEAN && extension.boolean();
    const value = extension.octets();
    extension.done();
    if (oid === REASON_CODE) {
      const reader = new DerReader(value, "CRL_MALFORMED");
      if (reader.smallInteger(TAG.ENUMERATED) === REMOVE_FROM_CRL)
        extensions.fail("delta entry in a full list");
      reader.done();
    } else if (isCritical) {
      extensions.fail(`critical entry extension ${oid}`);
    }
  }
}

function parseListExtensions(tbs: DerReader): string | null {
  let number: string | null = null;
  if (tbs.isDone()) return number;
  const wrapper = tbs.enter(TAG.CONTEXT_0);
  const extensions = wrapper.enter(TAG.SEQUENCE);
  wrapper.done();
  while (!extensions.isDone()) {
    const extension = extensions.enter(TAG.SEQUENCE);
    const oid = extension.oid();
    const isCritical = extension.peek() === TAG.BOOLEAN && extension.boolean();
    const value = extension.octets();
    extension.done();
    if (oid === CRL_NUMBER) {
      const reader = new DerReader(value, "CRL_MALFORMED");
      number = toHex(reader.unsigned());
      reader.done();
    } else if (oid !== AUTHORITY_KEY_ID && isCritical) {
      // A delta or a partitioned list would be incomplete; both are marked by critical extensions.
      extensions.fail(`critical extension ${oid}`);
    }
  }
  return number;
}
