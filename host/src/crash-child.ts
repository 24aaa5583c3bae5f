import { startFakeHost } from "./fake-host.ts";

/** The process that crash.test.ts kills: a host around a fake enclave, on a Unix socket. Arguments: data folder, socket path. */
const [dataDir, socketPath] = process.argv.slice(2) as [string, string];
const { host } = startFakeHost(dataDir, { journal: { segmentBytes: 65_536, reserveBytes: 4096 } });
await host.gateway.listenUnix(socketPath);
process.stdout.write("listening\n");
