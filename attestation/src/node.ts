/** The same room with OpenSSL's cryptography: pass `nodeCrypto` as the last argument of `verify`. */
export { nodeCrypto } from "./crypto/node.ts";
export * from "./index.ts";
