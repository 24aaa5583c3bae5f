import { existsSync } from "node:fs";
import { connect } from "node:net";
import { expect, test } from "vitest";
import { startNodeEcho } from "./node-echo-process.ts";

test("echoes over TCP and a Unix socket, and leaves nothing behind", async () => {
  const echo = await startNodeEcho();
  const sent = Buffer.alloc(100_000, "sealbook");
  for (const at of [echo.tcp, { path: echo.unix }]) {
    const socket = connect(at as { port: number; host: string });
    socket.end(sent);
    const back: Buffer[] = [];
    for await (const chunk of socket) back.push(chunk as Buffer);
    expect(Buffer.concat(back).equals(sent)).toBe(true);
  }
  await echo.stop();
  expect(existsSync(echo.unix)).toBe(false);
});
