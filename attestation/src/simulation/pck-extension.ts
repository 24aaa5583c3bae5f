import { toHex } from "../bytes.ts";
import { TAG } from "../x509/der.ts";
import { boolean, integer, octets, oid, sequence } from "./der-writer.ts";
import type { SimulatedPlatform } from "./platform.ts";

export const PCK_EXTENSION_OID = "1.2.840.113741.1.13.1";

/** The SGX extension as the Platform CA writes it: all seven fields, in the profile's order. */
export function emitPckExtension(platform: SimulatedPlatform): Uint8Array {
  const field = (arc: string, value: Uint8Array) => sequence(oid(`${PCK_EXTENSION_OID}.${arc}`), value);
  const tcb = [
    ...platform.components.map((svn, i) => field(`2.${i + 1}`, integer(svn))),
    field("2.17", integer(platform.pceSvn)),
    field("2.18", octets(toHex(Uint8Array.from(platform.components)))),
  ];
  const configuration = [
    field("7.1", boolean(true)),
    field("7.2", boolean(false)),
    field("7.3", boolean(true)),
  ];
  return sequence(
    field("1", octets(platform.ppid)),
    field("2", sequence(...tcb)),
    field("3", octets(platform.pceId)),
    field("4", octets(platform.fmspc)),
    field("5", integer(1, TAG.ENUMERATED)),
    field("6", octets(platform.platformInstanceId)),
    field("7", sequence(...configuration)),
  );
}
