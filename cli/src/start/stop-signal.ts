/** Resolves on SIGINT, SIGTERM, `now()` or after a time. */
export function stopSignal() {
  let isStopping = false;
  let stop: () => void = () => {};
  const stopped = new Promise<void>((done) => {
    stop = () => {
      isStopping = true;
      done();
    };
  });
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  return {
    now: stop,
    isStopping: () => isStopping,
    after: (seconds: number | undefined) => {
      if (seconds === undefined) return stopped;
      const timer = setTimeout(stop, seconds * 1000);
      return stopped.finally(() => clearTimeout(timer));
    },
  };
}
