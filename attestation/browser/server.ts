import { existsSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { stripTypeScriptTypes } from "node:module";
import { join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

const ROOM = fileURLToPath(new URL("..", import.meta.url));

/** Bare names of the core's only dependencies, as the browser shall find them. */
const PACKAGES = ["@noble/curves", "@noble/hashes"];

const PAGE = `<!doctype html><meta charset="utf-8"><title>attestation</title>
<script type="importmap">${JSON.stringify({ imports: Object.fromEntries(PACKAGES.map((name) => [`${name}/`, `/packages/${name}/`])) })}</script>
<script type="module">
import { parseEvidence, verify } from "/src/index.ts";
globalThis.judge = ({ evidence, endorsements, roots, at }) => {
  const bytes = Uint8Array.from(atob(evidence), (character) => character.charCodeAt(0));
  return verify(parseEvidence(bytes), endorsements, new Date(at), roots);
};
</script>`;

/** Serves the room's own sources, types stripped and otherwise untouched, and noble: no bundler in between. */
export function startServer(): Promise<{ readonly server: Server; readonly url: string }> {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? "/", "http://localhost").pathname);
    const send = (type: string, body: string) => response.setHeader("content-type", type).end(body);
    if (path === "/") return send("text/html", PAGE);
    const file = fileOf(path);
    if (file === null) return response.writeHead(404).end();
    const text = readFileSync(file, "utf8");
    return send("text/javascript", file.endsWith(".ts") ? stripTypeScriptTypes(text) : text);
  });
  return new Promise((done) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address() as { readonly port: number };
      done({ server, url: `http://127.0.0.1:${address.port}` });
    });
  });
}

function fileOf(path: string): string | null {
  const isOurs = path.startsWith("/src/") && path.endsWith(".ts");
  const isPackage = PACKAGES.some((name) => path.startsWith(`/packages/${name}/`)) && path.endsWith(".js");
  const candidates = isOurs
    ? [join(ROOM, path)]
    : isPackage
      ? ["node_modules", "../node_modules"].map((folder) =>
          join(ROOM, folder, path.slice("/packages/".length)),
        )
      : [];
  return candidates.find((file) => existsSync(file)) ?? null;
}
