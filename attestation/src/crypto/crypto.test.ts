import { constants, generateKeyPairSync, sign } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { CryptoBackend, RsaPublicKey } from "./backend.ts";
import { nobleCrypto } from "./noble.ts";
import { nodeCrypto } from "./node.ts";

const MESSAGE = new TextEncoder().encode("evidence");
const BACKENDS: readonly CryptoBackend[] = [nobleCrypto, nodeCrypto];

function ecdsa(curve: "P-256" | "P-384") {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: curve });
  const { x, y } = publicKey.export({ format: "jwk" });
  const point = new Uint8Array(Buffer.concat([Buffer.from(x!, "base64url"), Buffer.from(y!, "base64url")]));
  const digest = curve === "P-256" ? "sha256" : "sha384";
  return {
    point,
    signature: new Uint8Array(sign(digest, MESSAGE, { key: privateKey, dsaEncoding: "ieee-p1363" })),
  };
}

describe.each(BACKENDS.map((backend) => [backend.name, backend] as const))("%s", (_, backend) => {
  describe.each(["P-256", "P-384"] as const)("ECDSA %s", (curve) => {
    const { point, signature } = ecdsa(curve);
    const verify = curve === "P-256" ? backend.verifyP256 : backend.verifyP384;
    const half = signature.length / 2;

    test("accepts what was signed, with low s and with high s", () => {
      expect(verify(point, MESSAGE, signature)).toBe(true);
      expect(verify(point, MESSAGE, withOtherS(signature, curve))).toBe(true);
    });

    const wrong: readonly [string, () => boolean][] = [
      ["another message", () => verify(point, MESSAGE.slice(1), signature)],
      [
        "r of zero",
        () =>
          verify(
            point,
            MESSAGE,
            signature.map((byte, i) => (i < half ? 0 : byte)),
          ),
      ],
      [
        "s of zero",
        () =>
          verify(
            point,
            MESSAGE,
            signature.map((byte, i) => (i < half ? byte : 0)),
          ),
      ],
      [
        "scalars of all ones",
        () =>
          verify(
            point,
            MESSAGE,
            signature.map(() => 0xff),
          ),
      ],
      ["a short signature", () => verify(point, MESSAGE, signature.slice(1))],
      ["an empty signature", () => verify(point, MESSAGE, new Uint8Array(0))],
      [
        "a point off the curve",
        () =>
          verify(
            point.map((byte, i) => (i === 0 ? byte ^ 1 : byte)),
            MESSAGE,
            signature,
          ),
      ],
      ["the point at zero", () => verify(new Uint8Array(point.length), MESSAGE, signature)],
      ["a short key", () => verify(point.slice(1), MESSAGE, signature)],
    ];
    test.each(wrong)("is false for %s", (_name, run) => {
      expect(run()).toBe(false);
    });
  });

  describe("RSASSA-PSS", () => {
    const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const key: RsaPublicKey = {
      modulus: new Uint8Array(Buffer.from(publicKey.export({ format: "jwk" }).n!, "base64url")),
      exponent: 65537,
      spki: new Uint8Array(publicKey.export({ format: "der", type: "spki" })),
    };
    const signed = (digest: string, saltLength: number) =>
      new Uint8Array(
        sign(digest, MESSAGE, { key: privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }),
      );

    test("accepts SHA-384 with a salt of 48", () => {
      expect(backend.verifyRsaPss384(key, MESSAGE, signed("sha384", 48))).toBe(true);
    });

    test("is false for other parameters, padding or content", () => {
      const signature = signed("sha384", 48);
      expect(backend.verifyRsaPss384(key, MESSAGE, signed("sha384", 32))).toBe(false);
      expect(backend.verifyRsaPss384(key, MESSAGE, signed("sha256", 32))).toBe(false);
      expect(backend.verifyRsaPss384(key, MESSAGE, new Uint8Array(sign("sha384", MESSAGE, privateKey)))).toBe(
        false,
      );
      expect(backend.verifyRsaPss384(key, MESSAGE.slice(1), signature)).toBe(false);
      expect(
        backend.verifyRsaPss384(
          key,
          MESSAGE,
          signature.map((byte, i) => (i === 100 ? byte ^ 1 : byte)),
        ),
      ).toBe(false);
      expect(backend.verifyRsaPss384(key, MESSAGE, signature.slice(1))).toBe(false);
      expect(
        backend.verifyRsaPss384(
          key,
          MESSAGE,
          signature.map(() => 0xff),
        ),
      ).toBe(false);
    });
  });

  test("hashes", () => {
    expect(Buffer.from(backend.sha256(MESSAGE))).toEqual(Buffer.from(nodeCrypto.sha256(MESSAGE)));
    expect(Buffer.from(backend.sha384(MESSAGE))).toEqual(Buffer.from(nodeCrypto.sha384(MESSAGE)));
  });
});

const ORDER = {
  "P-256": 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  "P-384":
    0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
} as const;

/** (r, n − s): the second valid form of every signature, which is why quotes are never recognised by their hash. */
function withOtherS(signature: Uint8Array, curve: "P-256" | "P-384"): Uint8Array {
  const half = signature.length / 2;
  const s = BigInt(`0x${Buffer.from(signature.subarray(half)).toString("hex")}`);
  const other = (ORDER[curve] - s).toString(16).padStart(2 * half, "0");
  return new Uint8Array(Buffer.concat([signature.subarray(0, half), Buffer.from(other, "hex")]));
}
