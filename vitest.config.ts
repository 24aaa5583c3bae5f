import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "rooms",
          include: [
            "{wire,attestation,sdk,host,contracts,circuits,cli}/**/*.test.ts",
            "test/{house,vectors}/**/*.test.ts",
          ],
          exclude: ["**/node_modules/**"],
          testTimeout: 60_000,
        },
      },
      {
        // One at a time: each test starts a chain and a host of its own, and the machine may have two cores.
        test: {
          name: "e2e",
          include: ["test/{e2e,attacks}/**/*.test.ts"],
          testTimeout: 240_000,
          hookTimeout: 240_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
