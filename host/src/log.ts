import pino, { type Logger } from "pino";

/**
 * JSON lines on stderr; stdout carries the one `ready` line. Asynchronous with a bound: a blocked pipe loses log lines, not orders (F68).
 */
export function createLog(level: string): Logger {
  const stream = pino.destination({ fd: 2, sync: false, minLength: 0, maxLength: 1024 * 1024 });
  stream.on("error", () => {});
  const redact = {
    paths: ["*.privateKey", "*.posterKey", "*.key", "privateKey", "posterKey", "key", "*.authorization"],
    censor: "[secret]",
  };
  return pino({ level, base: null, redact, timestamp: pino.stdTimeFunctions.isoTime }, stream);
}
