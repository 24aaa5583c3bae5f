import { existsSync } from "node:fs";
import { appendFile, readFile, rename, writeFile } from "node:fs/promises";
import type { ReceiptStorage } from "./storage.ts";

/** One line a receipt in a file. Not synced to disk at every line: the venue's own journal is; what a power cut takes here is a copy. */
export function fileStorage(path: string): ReceiptStorage {
  return {
    read: async () =>
      existsSync(path) ? (await readFile(path, "utf8")).split("\n").filter((line) => line !== "") : [],
    append: (line) => appendFile(path, `${line}\n`, { mode: 0o600 }),
    replace: async (lines) => {
      await writeFile(`${path}.part`, lines.map((line) => `${line}\n`).join(""), { mode: 0o600 });
      await rename(`${path}.part`, path);
    },
  };
}
