import { describe, expect, it } from "vitest";
import { type Source, Sources } from "./sources.ts";

const hashOf = (height: number, fork = 0) =>
  `0x${fork.toString(16).padStart(2, "0")}${height.toString(16).padStart(62, "0")}`;

/** A node that may be down, behind, on a fork, or make things up. */
class TestNode implements Source {
  height: number;
  fork = 0;
  isDown = false;
  answer: unknown = "0x1";
  asked = 0;
  readonly name: string;

  constructor(name: string, height = 100) {
    this.name = name;
    this.height = height;
  }

  async send(method: string, [tag]: unknown[]): Promise<unknown> {
    this.asked += 1;
    if (this.isDown) throw new Error("connection refused");
    if (method !== "eth_getBlockByNumber") return this.answer;
    const number = tag === "latest" ? this.height : Number(tag);
    if (number > this.height) return null;
    return {
      number: `0x${number.toString(16)}`,
      hash: hashOf(number, this.fork),
      timestamp: "0x5",
      baseFeePerGas: "0x7",
    };
  }
}

function three(quorum = 2) {
  const nodes = [new TestNode("a"), new TestNode("b"), new TestNode("c")] as const;
  const sources = new Sources(nodes, { quorum, lagBlocks: 3, timeoutMs: 50 });
  const faults = () => Object.fromEntries(sources.states.map(({ name, fault }) => [name, fault]));
  return { nodes, sources, faults };
}

describe("chain sources (F51, F52)", () => {
  it("take the highest block that two of three hold", async () => {
    const { nodes, sources, faults } = three();
    nodes[0].height = 105;
    nodes[1].height = 103;
    expect(await sources.look()).toEqual({ number: 103, hash: hashOf(103), timestamp: 5, baseFeePerGas: 7n });
    expect(faults()).toEqual({ a: undefined, b: undefined, c: undefined });
  });

  it("go on when one is down, name it, and take it back", async () => {
    const { nodes, sources, faults } = three();
    nodes[0].isDown = true;
    expect((await sources.look()).number).toBe(100);
    expect(faults().a).toBe("down");
    expect(sources.states[0]!.detail).toContain("connection refused");
    nodes[0].isDown = false;
    await sources.look();
    expect(faults().a).toBeUndefined();
  });

  it("do not answer when two of three are down", async () => {
    const { nodes, sources } = three();
    nodes[0].isDown = true;
    nodes[1].isDown = true;
    await expect(sources.look()).rejects.toThrow(
      /1 of 3 chain sources told the latest block, 2 must: a is down/,
    );
  });

  it("name one that lags", async () => {
    const { nodes, sources, faults } = three();
    nodes[2].height = 96;
    await sources.look();
    expect(faults().c).toBe("lagging");
    nodes[2].height = 99;
    await sources.look();
    expect(faults().c).toBeUndefined();
  });

  it("name one on another fork: its block of the same height has another hash", async () => {
    const { nodes, sources, faults } = three();
    nodes[1].fork = 9;
    expect((await sources.look()).hash).toBe(hashOf(100));
    expect(faults().b).toBe("lying");
  });

  it("outvote one that lies about contents, and use the others", async () => {
    const { nodes, sources, faults } = three();
    nodes[0].answer = [{ data: "0xFORGED" }];
    nodes[1].answer = [{ b: "0xAB", a: 1 }];
    nodes[2].answer = [{ a: 1, b: "0xab" }];
    expect(await sources.agree("eth_getLogs", [{}])).toEqual([{ b: "0xAB", a: 1 }]);
    expect(faults()).toEqual({ a: "lying", b: undefined, c: undefined });
    // Its blocks are right, and it is left out all the same for a while.
    await sources.look();
    expect(faults().a).toBe("lying");
    const asked = nodes[0].asked;
    await sources.agree("eth_getLogs", [{}]);
    expect(nodes[0].asked).toBe(asked);
  });

  it("refuse to choose between two that disagree", async () => {
    const nodes = [new TestNode("a"), new TestNode("b")];
    const sources = new Sources(nodes, { quorum: 2, lagBlocks: 3, timeoutMs: 50 });
    nodes[1]!.answer = "0x2";
    await expect(sources.agree("eth_call", [])).rejects.toThrow(/disagree on eth_call: a: "0x1" \| b: "0x2"/);
  });

  it("do not choose when the vote is even, whatever the quorum", async () => {
    const nodes = ["a", "b", "c", "d"].map((name) => new TestNode(name));
    const sources = new Sources(nodes, { quorum: 2, lagBlocks: 3, timeoutMs: 50 });
    nodes[2]!.answer = "0x2";
    nodes[3]!.answer = "0x2";
    await expect(sources.agree("eth_call", [])).rejects.toThrow(/disagree/);
  });

  it("call one that never answers down", async () => {
    const { nodes, sources, faults } = three();
    nodes[0].send = () => new Promise(() => {});
    await sources.look();
    expect(faults().a).toBe("down");
  });

  it("rotate away from one that is down when any will do", async () => {
    const { nodes, sources } = three();
    nodes[0].isDown = true;
    await sources.any("eth_gasPrice", []);
    const asked = nodes[0].asked;
    await sources.any("eth_gasPrice", []);
    expect(nodes[0].asked).toBe(asked);
  });

  it("tell all, and are content with one that takes it", async () => {
    const { nodes, sources } = three();
    nodes[0].isDown = true;
    nodes[1].isDown = true;
    nodes[2].answer = "0xhash";
    expect(await sources.tellAll("eth_sendRawTransaction", ["0x"])).toBe("0xhash");
    nodes[2].isDown = true;
    await expect(sources.tellAll("eth_sendRawTransaction", ["0x"])).rejects.toThrow("connection refused");
  });
});
