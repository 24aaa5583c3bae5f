/**
 * `node scripts/profiles.ts [COMMANDS] [SEED]`: the property driver in the debug and in the release profile. Both must see the same
 * outcomes, the same events and the same final state, or a replay of one build is not a replay of the other.
 */
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";

const [commands = "20000", seed = "7"] = process.argv.slice(2);
const manifest = resolve(import.meta.dirname, "../enclave/Cargo.toml");

function run(profile: string[]): string {
  const cargo = [
    "run",
    "--locked",
    "--quiet",
    ...profile,
    "--manifest-path",
    manifest,
    "-p",
    "sealbook-sim",
    "--",
  ];
  const args = [...cargo, "property", "--commands", commands, "--seed", seed];
  const { status, stdout, stderr } = spawnSync("cargo", args, { encoding: "utf8" });
  if (status === 0) return stdout;
  console.error(`${["cargo", ...args].join(" ")}\n${stdout}${stderr}`);
  process.exit(1);
}

const [debug, release] = [run([]), run(["--release"])];
console.log(release.split("\n").slice(0, 3).join("\n"));
if (debug === release) {
  console.log("debug and release agree on every outcome, every event and the final state");
} else {
  console.error(
    `debug and release differ at ${commands} commands of seed ${seed}\ndebug:\n${debug}\nrelease:\n${release}`,
  );
  process.exit(1);
}
