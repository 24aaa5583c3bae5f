import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { checkConfig } from "./config.ts";
import { fakeConfig, removeTemporaryFolders, temporaryFolder } from "./fake-host.ts";
import { startHost } from "./main.ts";

afterAll(removeTemporaryFolders);

function withEnclave(change: Record<string, unknown>) {
  const { config: _, ...enclave } = fakeConfig(temporaryFolder()).enclave;
  return checkConfig(fakeConfig(temporaryFolder(), { enclave: { ...enclave, ...change } }));
}

it("an enclave config that does not parse is a fault of the configuration, at its byte", async () => {
  const started = startHost(withEnclave({ config: "0x9f00" }));
  await expect(started).rejects.toMatchObject({
    code: "E_CONFIG",
    exitCode: 78,
    problems: [{ path: "/enclave/config", problem: expect.stringContaining("BAD_FRAME at byte 0") }],
  });
});

it("so is a file that holds something else", async () => {
  const configFile = join(temporaryFolder(), "enclave.config");
  writeFileSync(configFile, "{}");
  await expect(startHost(withEnclave({ configFile }))).rejects.toMatchObject({
    code: "E_CONFIG",
    exitCode: 78,
    problems: [{ path: "/enclave/configFile", problem: expect.stringContaining("BAD_FRAME at byte 1") }],
  });
});
