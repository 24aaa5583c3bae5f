/** Exit codes of every verb: the answer is yes, the answer is no, the question was wrong, something needed failed. */
export const EXIT = { YES: 0, NO: 1, USAGE: 2, DEPENDENCY: 3 } as const;

/** A question that cannot be asked that way. */
export class UsageError extends Error {
  readonly code = "USAGE";
}

/** Unix seconds or an ISO 8601 time; one without a zone is UTC, as everything here. @throws {UsageError} */
export function parseTime(text: string): Date {
  const at = /^\d{1,12}$/.test(text) ? new Date(Number(text) * 1000) : new Date(inUtc(text));
  if (Number.isNaN(at.getTime()))
    throw new UsageError(`"${text}" is neither Unix seconds nor an ISO 8601 time`);
  return at;
}

/** `Date` reads a time without a zone as local: two machines would judge differently. */
function inUtc(text: string): string {
  const isIso =
    /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/.test(text);
  if (!isIso) return "";
  const hasZone = text.length === 10 || /(?:Z|[+-]\d{2}:?\d{2})$/.test(text);
  return hasZone ? text : `${text}Z`;
}
