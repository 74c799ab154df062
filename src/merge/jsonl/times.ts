/** Unix times below this are in seconds, others in milliseconds: 1e11 is the year 5138 or 1973. */
const SECONDS_BELOW = 1e11;

/**
 * Returns the time of a line of JSON, in milliseconds since the epoch: the value of the first of `keys` at its top level that has one, an
 * ISO 8601 text or a Unix time in seconds or milliseconds. Returns null when there is none.
 */
export function timeOf(line: string, keys: readonly string[]): number | null {
  const value = parse(line);
  if (typeof value !== 'object' || value === null) {
    return null;
  }
  const fields = new Map<string, unknown>(Object.entries(value));
  for (const key of keys) {
    const time = toTime(fields.get(key));
    if (time !== null) {
      return time;
    }
  }
  return null;
}

function toTime(value: unknown): number | null {
  if (typeof value === 'number') {
    return value < SECONDS_BELOW ? value * 1000 : value;
  }
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? null : time;
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
