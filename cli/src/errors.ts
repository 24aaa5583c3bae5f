/** Exit codes of every verb: 0 yes, 1 the answer is no, 2 usage, 3 a dependency failed. */
export const exit = { yes: 0, no: 1, usage: 2, dependency: 3 } as const;

/** The command line was wrong; the message says how to say it right. */
export class UsageError extends Error {}

/** Something sealbook relies on did not do its part (Anvil, the host, the enclave library, an RPC). */
export class DependencyError extends Error {
  readonly dependency: string;

  constructor(dependency: string, what: string, cause?: unknown) {
    super(`${dependency} ${what}`, { cause });
    this.dependency = dependency;
  }
}
