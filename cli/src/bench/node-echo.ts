import { rmSync } from "node:fs";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";

/**
 * The raw Node `net` echo, a process of its own: what any Node gateway at all would cost. It writes back what it reads and does
 * nothing else. Prints `{"event":"ready",…}` and ends when its standard input does, so that it never outlives its parent.
 */
function echo(socket: Socket): void {
  socket.setNoDelay(true);
  socket.on("data", (chunk) => socket.write(chunk));
  socket.on("error", () => socket.destroy());
}

const listening = (server: Server, at: { port: number; host: string } | { path: string }) =>
  new Promise<Server>((done, fail) => {
    server.once("error", fail);
    server.listen(at, () => done(server));
  });

const unix = process.argv[2];
const tcp = await listening(createServer(echo), { port: 0, host: "127.0.0.1" });
if (unix !== undefined) await listening(createServer(echo), { path: unix });
const { port } = tcp.address() as AddressInfo;
process.stdout.write(`${JSON.stringify({ event: "ready", tcp: { host: "127.0.0.1", port }, unix })}\n`);

process.stdin.resume();
process.stdin.on("close", () => {
  if (unix !== undefined) rmSync(unix, { force: true });
  process.exit(0);
});
