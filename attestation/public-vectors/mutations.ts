import { concat, fromHex, toHex, u32 } from "../src/bytes.ts";
import { parseQuote, type Quote } from "../src/evidence/quote.ts";
import type { EndorsementSet } from "../src/node.ts";
import { emitPem, parsePem } from "../src/x509/pem.ts";

/** One way to damage a quote, its endorsements or the time: none of them may be accepted. */
export interface Mutation {
  readonly name: string;
  readonly quote: Uint8Array;
  readonly endorsements: EndorsementSet;
  readonly at: number;
}

export interface Subject {
  readonly quote: Uint8Array;
  readonly endorsements: EndorsementSet;
  /** Milliseconds since 1970. */
  readonly at: number;
}

const SGX_FIELDS = [
  ["CPUSVN", 0],
  ["MISCSELECT", 16],
  ["ISVEXTPRODID", 32],
  ["ATTRIBUTES", 48],
  ["XFRM", 56],
  ["MRENCLAVE", 64],
  ["MRSIGNER", 128],
  ["CONFIGID", 192],
  ["ISVPRODID", 256],
  ["ISVSVN", 258],
  ["CONFIGSVN", 260],
  ["ISVFAMILYID", 304],
  ["REPORTDATA", 320],
] as const;

const TD_FIELDS = [
  ["TEE_TCB_SVN", 0],
  ["MRSEAM", 16],
  ["MRSIGNERSEAM", 64],
  ["SEAMATTRIBUTES", 112],
  ["TDATTRIBUTES", 120],
  ["XFAM", 128],
  ["MRTD", 136],
  ["MRCONFIGID", 184],
  ["MROWNER", 232],
  ["MROWNERCONFIG", 280],
  ["RTMR0", 328],
  ["RTMR3", 472],
  ["REPORTDATA", 520],
  ["TEE_TCB_SVN_2", 584],
  ["MRSERVICETD", 600],
] as const;

/** Every mutation of a subject: each field, certificate, list, JSON member, length, order and window. */
export function* mutationsOf(subject: Subject): Generator<Mutation> {
  const quote = parseQuote(subject.quote);
  for (const [name, bytes] of quoteMutations(subject.quote, quote)) yield { ...subject, name, quote: bytes };
  for (const [name, change] of endorsementMutations(subject.endorsements)) {
    yield { ...subject, name, endorsements: { ...subject.endorsements, ...change } };
  }
  for (const [name, at] of [
    ["time: decades early", Date.UTC(2000, 0)],
    ["time: decades late", Date.UTC(2060, 0)],
    ["time: a year late", subject.at + 366 * 86_400_000],
    ["time: a year early", subject.at - 366 * 86_400_000],
  ] as const) {
    yield { ...subject, name, at };
  }
}

function* quoteMutations(bytes: Uint8Array, quote: Quote): Generator<readonly [string, Uint8Array]> {
  const offsetOf = (part: Uint8Array) => part.byteOffset - bytes.byteOffset;
  const flip = (offset: number, bit = 1) => {
    const changed = bytes.slice();
    changed[offset] = changed[offset]! ^ bit;
    return changed;
  };
  const put = (offset: number, ...values: readonly number[]) => {
    const changed = bytes.slice();
    changed.set(values, offset);
    return changed;
  };
  for (const version of [0, 2, 3, 4, 5, 6])
    if (version !== quote.header.version) yield [`header: version ${version}`, put(0, version)];
  for (const [name, offset] of [
    ["key type", 2],
    ["TEE type", 4],
    ["QE SVN", 8],
    ["PCE SVN", 10],
    ["vendor id", 12],
    ["user data", 28],
  ] as const) {
    yield [`header: ${name}`, flip(offset)];
  }
  const body = offsetOf(quote.report.raw);
  if (quote.header.version === 5) {
    yield ["descriptor: body type", flip(48)];
    yield ["descriptor: body size", flip(50)];
  }
  const fields = quote.kind === "sgx" ? SGX_FIELDS : TD_FIELDS;
  for (const [name, offset] of fields)
    if (offset < quote.report.raw.length) yield [`body: ${name}`, flip(body + offset)];

  const length = offsetOf(quote.signature) - 4;
  yield ["signature data: longer", put(length, (bytes[length]! + 1) & 0xff)];
  yield ["signature data: shorter", put(length, (bytes[length]! - 1) & 0xff)];
  yield ["signature data: huge", put(length, 0xff, 0xff, 0xff, 0xff)];
  const signature = offsetOf(quote.signature);
  yield ["quote signature: r", flip(signature + 31)];
  yield ["quote signature: s", flip(signature + 63)];
  yield ["quote signature: zero", put(signature, ...new Array(64).fill(0))];
  yield ["quote signature: r and s all ones", put(signature, ...new Array(64).fill(0xff))];
  yield [
    "quote signature: halves swapped",
    put(signature, ...quote.signature.subarray(32), ...quote.signature.subarray(0, 32)),
  ];
  yield ["attestation key: x", flip(offsetOf(quote.attestationKey))];
  yield ["attestation key: y", flip(offsetOf(quote.attestationKey) + 63)];
  yield ["attestation key: zero", put(offsetOf(quote.attestationKey), ...new Array(64).fill(0))];
  for (const [name, offset] of SGX_FIELDS)
    yield [`QE report: ${name}`, flip(offsetOf(quote.qeReport.raw) + offset)];
  yield ["QE report signature: r", flip(offsetOf(quote.qeReportSignature))];
  yield ["QE report signature: s", flip(offsetOf(quote.qeReportSignature) + 32)];
  yield ["QE report signature: the quote's", put(offsetOf(quote.qeReportSignature), ...quote.signature)];
  const auth = offsetOf(quote.qeReportSignature) + 64;
  yield ["auth data: size", flip(auth)];
  yield ["auth data: content", flip(auth + 2)];
  const chain = offsetOf(quote.pckChain);
  for (const type of [1, 2, 3, 4, 6, 7, 8]) yield [`certification: type ${type}`, put(chain - 6, type)];
  yield ["certification: size", put(chain - 4, (bytes[chain - 4]! + 1) & 0xff)];
  yield ["truncated: by one byte of the structure", bytes.slice(0, quote.size - 1)];
  yield ["truncated: half", bytes.slice(0, bytes.length >> 1)];
  for (const [name, pem] of chainMutations(quote)) yield [name, withChain(bytes, quote, pem)];
}

function* chainMutations(quote: Quote): Generator<readonly [string, string]> {
  const text = new TextDecoder().decode(quote.pckChain);
  const [leaf, ca, root] = parsePem(text) as [Uint8Array, Uint8Array, Uint8Array];
  const flip = (der: Uint8Array, offset: number) => der.map((byte, i) => (i === offset ? byte ^ 1 : byte));
  yield ["chain: none", ""];
  yield ["chain: leaf missing", emitPem(ca, root)];
  yield ["chain: CA missing", emitPem(leaf, root)];
  yield ["chain: root missing", emitPem(leaf, ca)];
  yield ["chain: CA in place of root", emitPem(leaf, ca, ca)];
  yield ["chain: a certificate twice", emitPem(leaf, leaf, ca, root)];
  yield ["chain: text between", `${emitPem(leaf)}x${emitPem(ca, root)}`];
  yield ["chain: end line missing", text.replace("-----END CERTIFICATE-----", "")];
  for (const [name, build] of [
    ["leaf", (der: Uint8Array) => emitPem(der, ca, root)],
    ["CA", (der: Uint8Array) => emitPem(leaf, der, root)],
    ["root", (der: Uint8Array) => emitPem(leaf, ca, der)],
  ] as const) {
    const der = { leaf, CA: ca, root }[name];
    // Serial, validity, key, extensions and signature lie across these positions.
    for (const part of [1, 5, 20, 40, 60, 80, 95, 99])
      yield [`chain: ${name} at ${part} %`, build(flip(der, Math.floor((der.length * part) / 100)))];
    yield [`chain: ${name} cut short`, build(der.subarray(0, der.length - 1))];
    yield [`chain: ${name} with a byte more`, build(concat(der, Uint8Array.of(0)))];
  }
}

/** The quote with another chain, all lengths adjusted: the forgery a host would make. */
function withChain(bytes: Uint8Array, quote: Quote, pem: string): Uint8Array {
  const chain = new TextEncoder().encode(pem);
  const offset = quote.pckChain.byteOffset - bytes.byteOffset;
  const changed = concat(bytes.subarray(0, offset), chain);
  const view = new DataView(changed.buffer);
  const grown = chain.length - quote.pckChain.length;
  const signature = quote.signature.byteOffset - bytes.byteOffset;
  view.setUint32(offset - 4, chain.length, true);
  view.setUint32(signature - 4, u32(bytes, signature - 4) + grown, true);
  if (quote.header.version >= 4) view.setUint32(signature + 130, u32(bytes, signature + 130) + grown, true);
  return changed;
}

function* endorsementMutations(found: EndorsementSet): Generator<readonly [string, EndorsementSet]> {
  const endorsements = found as Required<EndorsementSet>;
  for (const member of ["tcbInfo", "qeIdentity"] as const) yield* jsonMutations(member, endorsements[member]);
  yield ["tcbInfo: the QE identity", { tcbInfo: endorsements.qeIdentity }];
  yield ["qeIdentity: the TCB info", { qeIdentity: endorsements.tcbInfo }];
  for (const member of ["tcbInfoChain", "qeIdentityChain"] as const) {
    const [signer, root] = parsePem(endorsements[member]) as [Uint8Array, Uint8Array];
    yield [`${member}: none`, { [member]: "" }];
    yield [`${member}: root missing`, { [member]: emitPem(signer) }];
    yield [`${member}: signer missing`, { [member]: emitPem(root, root) }];
    for (const part of [10, 30, 60, 98]) {
      const damaged = signer.map((byte, i) =>
        i === Math.floor((signer.length * part) / 100) ? byte ^ 1 : byte,
      );
      yield [`${member}: signer at ${part} %`, { [member]: emitPem(damaged, root) }];
    }
  }
  for (const member of ["rootCrl", "pckCrl"] as const) yield* listMutations(member, endorsements[member]);
  yield ["lists: swapped", { rootCrl: endorsements.pckCrl, pckCrl: endorsements.rootCrl }];
}

function* jsonMutations(
  member: "tcbInfo" | "qeIdentity",
  text: string,
): Generator<readonly [string, EndorsementSet]> {
  yield [`${member}: none`, { [member]: "" }];
  yield [`${member}: cut short`, { [member]: text.slice(0, -1) }];
  yield [`${member}: text behind`, { [member]: `${text}x` }];
  yield [
    `${member}: white space inside`,
    { [member]: text.replace('":', '": ').replace('"version":', '"version": ') },
  ];
  yield [
    `${member}: signature zero`,
    { [member]: text.replace(/"signature":"[0-9a-fA-F]+"/, `"signature":"${"00".repeat(64)}"`) },
  ];
  yield [`${member}: signature short`, { [member]: text.replace(/"signature":"../, '"signature":"') }];
  // Every kind of member once: the first number, string and status of that name.
  for (const name of new Set([...text.matchAll(/"([A-Za-z0-9]+)":(?:\d|")/g)].map((match) => match[1]!))) {
    const changed = text.replace(
      new RegExp(`("${name}":"?)([^,"}]*)`),
      (_, head: string, value: string) => head + another(value),
    );
    if (changed !== text) yield [`${member}: ${name}`, { [member]: changed }];
  }
  const first = /"(?:id|version)":[^,]+,/.exec(text)![0];
  yield [`${member}: member twice`, { [member]: text.replace(first, first + first) }];
}

/** Another value of the same shape: a digit, letter or hex digit changed. */
function another(value: string): string {
  const last = value[value.length - 1] ?? "0";
  const changed = /[0-8]/.test(last)
    ? String(Number(last) + 1)
    : last === "9"
      ? "8"
      : last === "Z"
        ? "Y"
        : "e";
  return value.slice(0, -1) + (changed === last ? "f" : changed);
}

function* listMutations(
  member: "rootCrl" | "pckCrl",
  hex: string,
): Generator<readonly [string, EndorsementSet]> {
  const der = fromHex(hex);
  yield [`${member}: none`, { [member]: "" }];
  yield [`${member}: one garbage byte`, { [member]: "00" }];
  yield [`${member}: cut short`, { [member]: hex.slice(0, -2) }];
  yield [`${member}: a byte more`, { [member]: `${hex}00` }];
  yield [`${member}: no hex`, { [member]: "not a list" }];
  for (let part = 0; part < 100; part += 4) {
    const offset = Math.floor((der.length * part) / 100);
    yield [
      `${member}: at ${part} %`,
      { [member]: toHex(der.map((byte, i) => (i === offset ? byte ^ 1 : byte))) },
    ];
  }
}
