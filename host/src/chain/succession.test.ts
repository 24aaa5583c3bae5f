import { expect, it } from "vitest";
import { SuccessionWatch } from "./succession.ts";

function newWatch() {
  const seen = { epoch: 3n, isEpochEnded: false };
  const said: string[] = [];
  let isDown = false;
  const chain = {
    succession: async () => {
      if (isDown) throw new Error("no quorum");
      return { ...seen };
    },
  };
  const watch = new SuccessionWatch(chain, 3n, 1000, (text) => said.push(text));
  return { watch, seen, said, fail: (fails: boolean) => (isDown = fails) };
}

it("one look after another epoch was opened it says so, once", async () => {
  const { watch, seen, said } = newWatch();
  await watch.step(2000);
  expect(said).toEqual([]);
  seen.epoch = 4n;
  await watch.step(3000);
  await watch.step(4000);
  expect(said).toEqual([expect.stringContaining("epoch 4 is open on chain, ours is 3")]);
});

it("a proof that ended the epoch is no less", async () => {
  const { watch, seen, said } = newWatch();
  seen.isEpochEnded = true;
  await watch.step(2000);
  expect(said).toEqual([expect.stringContaining("a validity proof has moved the venue and ended epoch 3")]);
});

it("an epoch that a reorganisation took away is not another's", async () => {
  const { watch, seen, said } = newWatch();
  Object.assign(seen, { epoch: 2n, isEpochEnded: true });
  await watch.step(2000);
  expect(said).toEqual([]);
});

it("knows how long it has been blind", async () => {
  const { watch, fail } = newWatch();
  expect(watch.blindMs(1500)).toBe(500);
  fail(true);
  await expect(watch.step(2000)).rejects.toThrow("no quorum");
  expect(watch.blindMs(6000)).toBe(5000);
  fail(false);
  await watch.step(7000);
  expect(watch.blindMs(7100)).toBe(100);
});
