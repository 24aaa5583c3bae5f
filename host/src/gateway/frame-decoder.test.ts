import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FrameDecoder } from "./frame-decoder.ts";

function framed(bodies: Buffer[]): Buffer {
  return Buffer.concat(
    bodies.flatMap((body) => {
      const length = Buffer.alloc(4);
      length.writeUInt32LE(body.length);
      return [length, body];
    }),
  );
}

const BODIES = [Buffer.from("first"), Buffer.alloc(0), Buffer.alloc(300, 3), Buffer.from([9])];

describe("frame decoder", () => {
  it("gives the same frames wherever the stream is cut", () => {
    const stream = framed(BODIES);
    for (let cut = 0; cut <= stream.length; cut += 1) {
      const got: Buffer[] = [];
      const decoder = new FrameDecoder(4096);
      const sink = (source: Buffer, start: number, end: number) =>
        got.push(Buffer.from(source.subarray(start, end))) > 0;
      for (const part of [stream.subarray(0, cut), stream.subarray(cut)])
        expect(decoder.push(part, sink)).toBe("all");
      expect(got).toEqual(BODIES);
      expect(decoder.isMidFrame).toBe(false);
    }
  });

  it("gives every frame once and in order under any cuts and any refusals", () => {
    const bodies = fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 20 });
    const property = fc.property(
      bodies,
      fc.array(fc.integer({ min: 1, max: 17 })),
      fc.array(fc.boolean()),
      (raw, cuts, refusals) => {
        const sent = raw.map((body) => Buffer.from(body));
        const got: Buffer[] = [];
        let offers = 0;
        const sink = (source: Buffer, start: number, end: number) => {
          offers += 1;
          if (refusals[offers % (refusals.length + 1)] === true && offers % 3 !== 0) return false;
          got.push(Buffer.from(source.subarray(start, end)));
          return true;
        };
        const decoder = new FrameDecoder(64);
        const stream = framed(sent);
        for (let at = 0, turn = 0; at < stream.length; turn += 1) {
          const size = cuts[turn % Math.max(1, cuts.length)] ?? 5;
          let result = decoder.push(stream.subarray(at, at + size), sink);
          while (result === "refused") result = decoder.resume(sink);
          at += size;
        }
        expect(got).toEqual(sent);
      },
    );
    fc.assert(property, { numRuns: 300 });
  });

  it("refuses a frame over the cap on its length alone", () => {
    const decoder = new FrameDecoder(4096);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(4097);
    expect(decoder.push(length, () => true)).toBe("too-large");
    length.writeUInt32LE(0xffff_ffff);
    expect(new FrameDecoder(4096).push(length, () => true)).toBe("too-large");
    length.writeUInt32LE(4096);
    expect(new FrameDecoder(4096).push(length, () => true)).toBe("all");
  });
});
