import { describe, expect, test } from "vitest";
import { DependencyError, UsageError } from "../errors.ts";
import { type BenchOptions, bench } from "./command.ts";
import { engineJson, fakePrograms, fakeVenue, loadJson, shapesJson } from "./fake-measurements.ts";
import type { BenchReport } from "./report.ts";

type Fakes = Parameters<typeof fakePrograms>[0];

/** Runs `bench` over fakes; gives the exit code, the report, and what was asked of the programs. */
async function run(own: Partial<BenchOptions> & { override?: Fakes; gas?: number }) {
  const { run, calls } = fakePrograms(own.override);
  const venue = await fakeVenue(() => own.gas ?? 100_000);
  let printed = "";
  const code = await bench({
    part: "all",
    isJson: true,
    isQuick: true,
    isStrict: false,
    rounds: 2,
    startVenue: async () => venue,
    run,
    print: (text) => {
      printed = text;
    },
    ...own,
  });
  const isStopped = venue.isStopped();
  if (!isStopped) await venue.stop();
  const report = own.isJson === false ? undefined : (JSON.parse(printed) as BenchReport);
  return { code, printed, report, calls, isStopped };
}

describe("sealbook bench", () => {
  test("all parts, judged, exit 0; the venue is stopped", async () => {
    const { code, report, isStopped } = await run({});
    expect(code).toBe(0);
    expect(isStopped).toBe(true);
    expect(report?.problems).toEqual([]);
    expect(report?.engine?.[0]).toMatchObject({
      workload: "W1",
      ratio_to_floor: { median: 4 },
      ratio_to_priced_floor: { median: 2.5 },
      is_digest_right: true,
      ns_per_command: { median: 80, rounds: [80, 80] },
    });
    expect(report?.ring?.aead_over_floor_ns.median).toBe(1200);
    // Echoes move as many bytes a round trip as the venue: (90 + 130) / 2, less the prefix.
    expect(report?.tcp?.echo_frame_bytes).toBe(106);
    expect(report?.tcp?.ratios.tcp_p50_to_node_echo?.median).toBe(1);
    expect(report?.tcp?.enclave_latency_ns.p99.median).toBe(1500);
    expect(report?.aims.find((aim) => aim.id === "tcp_p50_to_node_echo")).toMatchObject({
      is_met: true,
      ratio: 0.667,
    });
    const scaled = report?.aims.find(({ id }) => id === "engine_scaled_ns_per_command");
    expect(scaled?.actual).toBeCloseTo(80 * (24.7 / 32), 1);
    expect(report?.engine?.[0]?.p99_to_priced_floor.rounds).toHaveLength(2);
    expect(report?.machine.cores).toBeGreaterThan(0);
  });

  test("batches join the enclave's clock with the chain's gas by number", async () => {
    const { report } = await run({ part: "batch" });
    expect(report?.batch?.batches).toEqual([
      { number: 2, commands: 2000, accounts: 2, batch_close_us: 702, gas_used: 100_000 },
      { number: 3, commands: 3000, accounts: 2, batch_close_us: 703, gas_used: 100_000 },
    ]);
    expect(report?.batch?.gas_per_command_min).toBe(33.333);
    expect([report?.engine, report?.risk, report?.ring, report?.tcp]).toEqual([null, null, null, null]);
  });

  test("wallet keys travel in the environment and never in a command line", async () => {
    const { calls } = await run({ part: "batch" });
    const venueCalls = calls.filter((call) => call.args[0] === "venue");
    expect(venueCalls.length).toBeGreaterThan(0);
    for (const { args, environment } of venueCalls) {
      expect(args.join(" ")).not.toMatch(/(11){32}|(22){32}/);
      expect(Object.values(environment).join()).toMatch(/^((11){32}|(22){32})$/);
    }
  });

  test("rounds are interleaved: every case comes once before any comes again", async () => {
    const { calls } = await run({ part: "tcp" });
    const cases = calls
      .slice(1)
      .map(({ args }) => args.filter((word) => !word.includes("sealbook-")).join(" "));
    const ports = /127\.0\.0\.1:\d+|unix:\S+/;
    const names = cases.map((line) => line.replace(ports, (at) => (at.startsWith("unix") ? "unix" : "tcp")));
    expect(names.length).toBe(24);
    expect(new Set(names.slice(0, 12)).size).toBe(12);
    expect([...names.slice(12)].sort()).toEqual([...names.slice(0, 12)].sort());
    // The second round starts one case further along.
    expect(names[12]).toBe(names[1]);
  });

  test("a missed must is said, and is exit 1 only when strict", async () => {
    const slow: Fakes = ({ program }) =>
      program === "sealbook-sim" ? { ...engineJson, ns_per_command: 300 } : undefined;
    const lax = await run({ part: "engine", override: slow });
    expect(lax.code).toBe(0);
    expect(lax.report?.aims[0]).toMatchObject({
      id: "engine_ns_per_command",
      bar: "must",
      is_met: false,
      ratio: 3.333,
    });
    expect((await run({ part: "engine", override: slow, isStrict: true })).code).toBe(1);
    expect((await run({ part: "engine", isStrict: true })).code).toBe(0);
  });

  test("gas over the bar in one batch is a missed must, whatever the median says", async () => {
    const { report } = await run({ part: "batch", gas: 120_001 });
    expect(report?.aims.find((aim) => aim.id === "batch_gas")?.is_met).toBe(false);
  });

  test("figures over wrong results are invalid and exit 1 without strict", async () => {
    const wrong = await run({
      part: "engine",
      override: ({ program }) =>
        program === "sealbook-sim" ? { ...engineJson, digest: "0000000000000000" } : undefined,
    });
    expect([wrong.code, wrong.report?.invalid[0]?.part]).toEqual([1, "engine"]);

    const refused = await run({
      part: "tcp",
      override: ({ args }) =>
        args[0] === "venue" ? loadJson("venue", { rejects: { MARGIN: 3 } }) : undefined,
    });
    expect(refused.code).toBe(1);
    expect(refused.report?.invalid.map(({ reason }) => reason)).toContain("tcp_venue: 6 × MARGIN");

    const filled = await run({
      part: "batch",
      override: ({ args }) =>
        args[0] === "venue" ? loadJson("venue", { rejects: { OVERLOADED: 1 } }) : undefined,
    });
    expect(filled.report?.invalid).toEqual([{ part: "batch", reason: "4 × OVERLOADED" }]);
  });

  test("a part that cannot be measured costs the others nothing and is exit 3", async () => {
    const { code, report } = await run({
      override: ({ program }) => {
        if (program === "ring-latency") throw new DependencyError(program, "is not built");
        return undefined;
      },
    });
    expect(code).toBe(3);
    expect(report?.problems).toEqual([{ part: "ring", reason: "ring-latency is not built" }]);
    expect(report?.ring).toBeNull();
    expect(report?.engine && report.tcp && report.batch).toBeTruthy();
  });

  test("a hole in a program's JSON is a failure and never a zero", async () => {
    const { code, report } = await run({
      part: "engine",
      override: ({ program }) =>
        program === "sealbook-sim" ? { digest: engineJson.digest, commands: 5 } : undefined,
    });
    expect(code).toBe(3);
    expect(report?.problems[0]?.reason).toContain("ns_per_command");
  });

  test("a venue that does not start is said for each part that wanted it", async () => {
    const { code, report } = await run({
      startVenue: () => Promise.reject(new DependencyError("anvil", "is missing")),
    });
    expect(code).toBe(3);
    expect(report?.problems.map(({ part }) => part)).toEqual(["tcp", "batch"]);
  });

  test("for people: every part, the verdicts, the shapes", async () => {
    const { printed } = await run({ isJson: false });
    for (const said of [
      "Engine alone",
      "4252accc495cbd88",
      "90 / 300 / 600 / 2500",
      "An oracle round",
      "ring floor",
      "tcp echo node",
      "Shapes",
      "Batches",
      "met     must",
    ]) {
      expect(printed).toContain(said);
    }
    expect(printed).not.toMatch(/NaN|undefined|null/);
  });

  test("engine alone runs every workload and the shapes; one of them when one is chosen", async () => {
    const said = async (engine: BenchOptions["engine"]) => {
      const { calls } = await run({
        part: "engine",
        isQuick: false,
        rounds: 1,
        ...(engine ? { engine } : {}),
      });
      return calls.map(({ args }) => args.filter((word) => word !== "--json").join(" "));
    };
    const of = (name: string, seed = 42) => `bench-engine --workload ${name} --seed ${seed} --rounds 1`;
    expect(await said(undefined)).toEqual([
      of("W1"),
      of("W2"),
      of("W3"),
      "bench-shapes --seed 42 --rounds 1",
    ]);
    expect(await said({ workload: "w2", seed: 7 })).toEqual([of("W2", 7)]);
    expect(await said({ isShapes: true, seed: 7 })).toEqual(["bench-shapes --seed 7 --rounds 1"]);
  });

  test("a seed nobody published is judged against the generator's own book", async () => {
    const other: Fakes = ({ args }) =>
      args[0] === "bench-engine" ? { ...engineJson, seed: 7, digest: "00000000000000aa" } : undefined;
    const engine = { workload: "W1", seed: 7 };
    const right = await run({ part: "engine", engine, override: other });
    expect([right.code, right.report?.engine?.[0]?.digest_expected]).toEqual([0, "00000000000000aa"]);
    const wrong: Fakes = (call) => {
      const json = other(call);
      return json ? { ...json, is_right: false } : undefined;
    };
    expect((await run({ part: "engine", engine, override: wrong })).code).toBe(1);
  });

  test("an allocation makes the figures invalid, and so does a shape that traded something else", async () => {
    const leaky: Fakes = ({ args }) =>
      args[0] === "bench-engine" ? { ...engineJson, allocations: 3 } : undefined;
    const { code, report } = await run({ part: "engine", override: leaky });
    expect([code, report?.invalid[0]?.reason]).toEqual([1, "W1: 3 heap allocations where there are none"]);
    const skewed: Fakes = ({ args }) => {
      if (args[0] !== "bench-shapes") return undefined;
      return { shapes: shapesJson.shapes.map((shape) => ({ ...shape, is_right: false })) };
    };
    const shapes = await run({ part: "engine", engine: { isShapes: true }, override: skewed });
    expect([shapes.code, shapes.report?.invalid.length]).toEqual([1, 2]);
  });

  test("memory is measured when asked, and not by all", async () => {
    const { report } = await run({ part: "memory" });
    expect(report?.memory?.bytes_per_order).toBe(105);
    const { calls } = await run({});
    expect(calls.map(({ args }) => args[0])).not.toContain("bench-memory");
  });

  test("choices that contradict each other are usage errors", async () => {
    for (const engine of [
      { workload: "W9" },
      { workload: "W1", isShapes: true },
      { flowFile: "/nowhere.csv" },
      { flowFile: "/nowhere.csv", seed: 1 },
      { isShapes: true, plotFile: "/nowhere.svg" },
    ]) {
      await expect(run({ part: "engine", engine }), JSON.stringify(engine)).rejects.toThrow(UsageError);
    }
    await expect(run({ part: "ring", engine: { seed: 1 } })).rejects.toThrow(UsageError);
  });

  test("an unknown part is a usage error", async () => {
    await expect(run({ part: "everything" })).rejects.toThrow(UsageError);
  });
});
