/** Client order ids: every order gets one, because only an order with an id can be asked about after a lost connection. */
import { randomBytes } from "node:crypto";

/** Ids of one client: 12 random characters and a count, at most 36 characters, unique without coordination. */
export function clientIds(): () => string {
  const prefix = randomBytes(9).toString("base64url");
  let count = 0;
  return () => `${prefix}-${(count++).toString(36)}`;
}
