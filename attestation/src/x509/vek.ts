import { toHex } from "../bytes.ts";
import { AttestationError } from "../errors.ts";
import type { SnpProduct, SnpTcb } from "../evidence/snp-report.ts";
import type { Certificate } from "./certificate.ts";
import { DerReader, TAG } from "./der.ts";

const ARC = "1.3.6.1.4.1.3704.1";
const HARDWARE_ID_SIZES = [64, 8];

/** What a VCEK or VLEK certificate says (AMD 57230, "VCEK certificate and KDS interface specification", table 8). */
export interface VekExtension {
  readonly tcb: SnpTcb;
  /** Chip the key belongs to, hex; null in a VLEK. */
  readonly hardwareId: string | null;
}

/** "SEV-Milan" signs VCEKs, "SEV-VLEK-Milan" VLEKs. Null for another issuer. */
export function productOfVek(vek: Certificate): SnpProduct | null {
  const match = /SEV-(?:VLEK-)?(Milan|Genoa|Turin)$/.exec(vek.issuerCommonName);
  return match ? (match[1]!.toLowerCase() as SnpProduct) : null;
}

/** @throws {AttestationError} VEK_EXTENSION. */
export function parseVekExtension(certificate: Certificate, product: SnpProduct): VekExtension {
  const level = (arc: string) => {
    const value = certificate.extensions.get(`${ARC}.3.${arc}`);
    if (!value) throw new AttestationError("VEK_EXTENSION", `extension ${ARC}.3.${arc} is missing`);
    const reader = new DerReader(value, "VEK_EXTENSION");
    const svn = reader.smallInteger();
    reader.done();
    if (svn > 255)
      throw new AttestationError("VEK_EXTENSION", `extension ${ARC}.3.${arc} is larger than a byte`);
    return svn;
  };
  return {
    tcb: {
      fmc: product === "turin" ? level("9") : null,
      bootLoader: level("1"),
      tee: level("2"),
      snp: level("3"),
      microcode: level("8"),
    },
    hardwareId: hardwareId(certificate.extensions.get(`${ARC}.4`)),
  };
}

/** AMD's service writes the id bare in some certificates and as an OCTET STRING in others. */
function hardwareId(value: Uint8Array | undefined): string | null {
  if (value === undefined) return null;
  if (HARDWARE_ID_SIZES.includes(value.length)) return toHex(value);
  const reader = new DerReader(value, "VEK_EXTENSION");
  const bytes = reader.content(reader.next(TAG.OCTET_STRING));
  reader.done();
  if (!HARDWARE_ID_SIZES.includes(bytes.length))
    throw new AttestationError("VEK_EXTENSION", `hardware id of ${bytes.length} bytes`);
  return toHex(bytes);
}
