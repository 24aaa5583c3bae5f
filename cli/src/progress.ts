/**
 * One line a step: on a terminal it counts seconds in place, elsewhere it prints when done. Everything goes to standard error, so
 * that `--json` output stays clean.
 */
export async function step<T>(label: string, work: () => Promise<T>): Promise<T> {
  const began = performance.now();
  const line = (state: string) => `  ${label.padEnd(44)} ${state}`;
  const isTerminal = process.stderr.isTTY === true;
  const seconds = () => `${((performance.now() - began) / 1000).toFixed(1)} s`;
  const ticking = isTerminal
    ? setInterval(() => process.stderr.write(`\r${line(seconds())}`), 100)
    : undefined;
  try {
    const result = await work();
    process.stderr.write(`${isTerminal ? "\r" : ""}${line(`done ${seconds()}`)}\n`);
    return result;
  } catch (error) {
    process.stderr.write(`${isTerminal ? "\r" : ""}${line(`failed ${seconds()}`)}\n`);
    throw error;
  } finally {
    clearInterval(ticking);
  }
}

/** A bar over a known total; silent off a terminal. */
export function progressBar(label: string, total: number): { at(done: number): void; end(): void } {
  if (process.stderr.isTTY !== true) return { at: () => {}, end: () => {} };
  let last = 0;
  return {
    at(done) {
      const now = performance.now();
      if (now - last < 100) return;
      last = now;
      const width = 30;
      const filled = total > 0 ? Math.round((done / total) * width) : 0;
      process.stderr.write(
        `\r  ${label} [${"█".repeat(filled)}${"·".repeat(width - filled)}] ${done}/${total}`,
      );
    },
    end() {
      process.stderr.write("\r\x1b[K");
    },
  };
}
