/**
 * A native-looking `solc` over solcjs: the two invocations forge makes are `--version` and `--standard-json` (request on
 * stdin, answer on stdout). forge puts every source into the request, so nothing is ever read from disk.
 */
const { readFileSync, writeSync } = require("node:fs");
const solc = require("solc");

const asked = process.argv.slice(2);

/** stdout may be a pipe that takes a part at a time. */
function emit(text) {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(1, bytes, at);
    } catch (error) {
      if (error.code !== "EAGAIN") throw error;
    }
  }
}

if (asked.includes("--version")) {
  // forge reads the last line only: "Version: <semver>+commit.<hash>.<platform>".
  const version = solc.version().replace(".Emscripten.clang", ".Linux.g++");
  emit(`solc, the solidity compiler commandline interface\nVersion: ${version}\n`);
} else if (asked.includes("--standard-json")) {
  emit(solc.compile(readFileSync(0, "utf8")));
} else {
  process.stderr.write(`solc wrapper: expected --version or --standard-json, got ${asked.join(" ")}\n`);
  process.exitCode = 2;
}
