import { removeTemporaryFolders, startFakeHost } from "../src/fake-host.ts";

/**
 * The host without an enclave: gateway, rings, journal on a real disk and release by level, around a fake enclave on the same thread that
 * echoes each frame. So its figure has the host's whole work in it, and the fake's share on top. Prints its port.
 */
const { host } = startFakeHost(undefined, {
  enclave: { library: process.execPath, config: "0x00", ringBytes: { in: 1 << 22, out: 1 << 24 } },
  journal: { segmentBytes: 1 << 26 },
});
process.stdout.write(`${await host.gateway.listenTcp("127.0.0.1", 0)}\n`);
process.once("SIGTERM", () => {
  removeTemporaryFolders();
  process.exit(0);
});
