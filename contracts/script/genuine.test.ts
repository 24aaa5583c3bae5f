import { X509Certificate } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { isError, keccak256, ZeroHash } from "ethers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { contractAt, deploy, quoteCalldata } from "../src/index.ts";
import { type Anvil, startAnvil } from "./anvil.ts";

/**
 * Intel's own certificates and quotes from real machines, through a production registry: all the cryptography must pass, and then
 * policy must refuse, by name, an enclave nobody allowed.
 */
const vectors = new URL("../../../shared/vectors/attestation/sgx-v3/", import.meta.url);
const START = 1_790_000_000; // inside the validity of every certificate used here
const INTEL_QE_MRSIGNER = "0x8c4f5775d796503e96137f77c68a829a0056ac8ded70140b081b094490c57bff";

const read = (name: string) => readFileSync(new URL(name, vectors));

describe.skipIf(!existsSync(vectors))("genuine SGX quotes (skipped: ../shared/vectors is not there)", () => {
  let anvil: Anvil;
  let registryAddress: string;

  beforeAll(async () => {
    anvil = await startAnvil(START);
    const debug = read("fortanix-debug-00906ea10000.bin");
    const hex = (from: number, to: number) => `0x${debug.subarray(from, to).toString("hex")}`;
    const { registry } = await deploy(anvil.deployer, {
      rootPublicKey: rootKey(read("phala-00a067110000.bin")),
      isSimulated: false,
      // The debug enclave's measurement is allowed, so that nothing but the flag can be what refuses it.
      measurements: [
        {
          mrEnclave: hex(48 + 64, 48 + 96),
          mrSigner: hex(48 + 128, 48 + 160),
          isvProdId: debug.readUInt16LE(48 + 256),
          isvSvnMin: 0,
          version: 1,
        },
      ],
      quotingEnclave: { mrSigner: INTEL_QE_MRSIGNER, isvProdId: 1, isvSvnMin: 1 },
      genesisStateRoot: ZeroHash,
      activationDelaySeconds: 3600,
    });
    registryAddress = registry;
  }, 30_000);

  afterAll(() => anvil?.stop());

  /** Registers CA and PCK certificate, then says why `register` refuses. */
  async function refusal(name: string): Promise<{ name: string | undefined; fmspc: string }> {
    const registry = contractAt("AttestationRegistry", registryAddress, anvil.deployer);
    const parts = quoteCalldata(read(name));
    for (const [call, args] of [
      ["registerCa", [parts.ca]],
      ["registerPck", [parts.pck, parts.caKey.x, parts.caKey.y]],
    ] as const) {
      const reason = await revertName(registry.getFunction(call).staticCall(...args));
      if (reason === undefined) await (await registry.getFunction(call)(...args)).wait();
      // Two vectors share a CA or a platform: the second finds it known.
      else expect(reason).toBe("CertificateNotNewer");
    }
    const record = await registry.getFunction("pckOf")(keccak256(parts.pckKey.x + parts.pckKey.y.slice(2)));
    const registration = {
      quote: parts.quote,
      pckKey: parts.pckKey,
      signer: await anvil.deployer.getAddress(),
      encryptionKey: ZeroHash,
      blockNumber: 1,
      configHash: ZeroHash,
    };
    return {
      name: await revertName(registry.getFunction("register").staticCall(registration)),
      fmspc: record.fmspc,
    };
  }

  test.each([
    ["phala-00a067110000.bin", "0x00a067110000", "UnknownMeasurement"],
    ["automata-0825-00606a000000.bin", "0x00606a000000", "UnknownMeasurement"],
    ["tlsn-quote9-00906ed50000.bin", "0x00906ed50000", "UnknownMeasurement"],
    ["fortanix-debug-00906ea10000.bin", "0x00906ea10000", "DebugEnclave"],
    ["fortanix-corrupted-signature.bin", "0x00906ea10000", "QuoteSignatureInvalid"],
  ])("%s: certificates accepted, quote judged", async (name, fmspc, expected) => {
    expect(await refusal(name)).toEqual({ name: expected, fmspc });
  });

  test("a chain whose order is leaf, root, intermediate is sorted by names", () => {
    const sorted = quoteCalldata(read("fortanix-debug-chain-order.bin"));
    expect(sorted.ca).toBe(quoteCalldata(read("fortanix-corrupted-signature.bin")).ca);
  });
});

function rootKey(quote: Buffer): string {
  const pems =
    quote.toString("latin1").match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  const root = pems
    .map((pem) => new X509Certificate(pem))
    .find((certificate) => certificate.subject === certificate.issuer)!;
  return `0x${root.publicKey.export({ type: "spki", format: "der" }).subarray(27).toString("hex")}`;
}

async function revertName(call: Promise<unknown>): Promise<string | undefined> {
  try {
    await call;
    return undefined;
  } catch (error) {
    if (isError(error, "CALL_EXCEPTION")) return error.revert?.name ?? "unnamed";
    throw error;
  }
}
