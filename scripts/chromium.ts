/**
 * Brings Debian's Chromium for the browser test when that is possible without asking: as root, with apt. Otherwise says how to get it;
 * the test then skips by name. Never fails: a missing browser is not a fault of the code.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

const installed = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) =>
  existsSync(path),
);
const canInstall = process.getuid?.() === 0 && existsSync("/usr/bin/apt-get");

if (installed) console.log(`Chromium: ${installed}`);
else if (!canInstall)
  console.log("Chromium is not installed; `apt-get install chromium` (as root) brings it.");
else {
  console.log("Chromium: installing Debian's package …");
  const apt = (...args: string[]) =>
    spawnSync("apt-get", args, {
      stdio: ["ignore", "ignore", "inherit"],
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    }).status === 0;
  const done = apt("update") && apt("install", "--yes", "--no-install-recommends", "chromium");
  console.log(done ? "Chromium: installed." : "Chromium could not be installed; the browser test skips.");
}
