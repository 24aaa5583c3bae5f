import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";

/** No container engine is needed to hold the Dockerfile to what it promises: the rules of hadolint that matter here, and ours. */
const text = readFileSync(resolve(import.meta.dirname, "../../Dockerfile"), "utf8");
const instructions = text
  .replaceAll(/\\\n\s*/g, " ")
  .split("\n")
  .map((line) => line.trim())
  .filter((line) => line !== "" && !line.startsWith("#"))
  .map((line) => ({ name: line.split(" ")[0] ?? "", rest: line.slice(line.indexOf(" ") + 1) }));
const all = (name: string) => instructions.filter((one) => one.name === name).map((one) => one.rest);

describe("Dockerfile", () => {
  test("only known instructions, FROM first", () => {
    const known = /^(FROM|SHELL|RUN|COPY|ENV|WORKDIR|USER|EXPOSE|ENTRYPOINT|CMD)$/;
    expect(instructions.filter((one) => !known.test(one.name))).toEqual([]);
    expect(instructions[0]?.name).toBe("FROM");
  });

  test("two named stages on tagged images; the second takes only what the first built", () => {
    const stages = all("FROM");
    expect(stages).toHaveLength(2);
    for (const stage of stages) expect(stage).toMatch(/^[a-z]+:[\w.-]+ AS [a-z]+$/); // DL3006, DL3007
    expect(all("COPY").at(-1)).toMatch(/^--from=build /);
  });

  test("builds by the project's own script and nothing else", () => {
    const builds = all("RUN").filter((run) => !/^(apt-get update|useradd)/.test(run));
    expect(builds).toEqual(["node scripts/prepare.mjs"]);
  });

  test("apt without recommendations, versions pinned where it matters, lists removed", () => {
    for (const run of all("RUN").filter((one) => one.includes("apt-get install"))) {
      expect(run).toContain("--no-install-recommends"); // DL3015
      expect(run).toContain("--yes"); // DL3014
      expect(run).toMatch(/rm -rf \/var\/lib\/apt\/lists/); // DL3009
      expect(run).toMatch(/build-essential=\d/); // DL3008
    }
  });

  test("runs as a user who is not root, in exec form, with absolute work folders", () => {
    expect(all("USER").at(-1)).toBe("sealbook"); // DL3002
    for (const start of [...all("ENTRYPOINT"), ...all("CMD")]) expect(start).toMatch(/^\[/); // DL3025
    for (const folder of all("WORKDIR")) expect(folder).toMatch(/^\//); // DL3000
  });
});
