import { countLines, type Lines, readTexts, writeText } from './text/lines.js';

/**
 * Merges logs with one JSON value per line, to which both sides append. Lines that only one side added or removed are added or removed.
 * Repetitions count: a line that both sides added is there once, unless one of them added it more often. New lines follow the old ones:
 * theirs, then ours; or by time, if they have one under one of `timeKeys` (a line without a time stays after the one that it followed).
 * Lines are copied as text and never reformatted, so a line that is not JSON is kept as well. The result ends with a line end, because the
 * next writer appends.
 */
export function mergeJsonl(base: string, ours: string, theirs: string, timeKeys: readonly string[]): string {
  const [b, o, t] = readTexts([base, ours, theirs]);
  if (b === undefined || o === undefined || t === undefined) {
    return theirs;
  }
  const wanted = wantedCounts(countLines(b.lines), countLines(o.lines), countLines(t.lines));
  const kept = keepWanted(t.lines, wanted);
  const fresh = newLines(o.lines, kept, wanted);
  const tail = newTail(b.lines, kept);
  const old = kept.slice(0, kept.length - tail);
  const lines = [...old, ...byTime(kept.slice(kept.length - tail), fresh, timeKeys)];
  return writeText({ ...t, crlf: t.lines.length > 0 ? t.crlf : o.crlf, ended: true, lines });
}

type Counts = ReadonlyMap<string, number>;

/** Returns how often each line occurs in the result. A line that one side added and the other removed is kept. */
function wantedCounts(base: Counts, ours: Counts, theirs: Counts): Map<string, number> {
  const wanted = new Map<string, number>();
  for (const line of new Set([...ours.keys(), ...theirs.keys()])) {
    const [b, o, t] = [base.get(line) ?? 0, ours.get(line) ?? 0, theirs.get(line) ?? 0];
    wanted.set(line, o > b || t > b ? Math.max(o, t) : Math.min(o, t));
  }
  return wanted;
}

/** Removes surplus lines from the front, because a program that trims a log removes its oldest part. */
function keepWanted(lines: Lines, wanted: Counts): string[] {
  const surplus = new Map([...countLines(lines)].map(([line, count]) => [line, count - (wanted.get(line) ?? 0)]));
  return lines.filter((line) => !take(surplus, line));
}

/** Returns the wanted lines from ours that are still missing: the last ones of each kind, in their order. */
function newLines(ours: Lines, kept: Lines, wanted: Counts): string[] {
  const there = countLines(kept);
  const missing = new Map([...wanted].map(([line, count]) => [line, count - (there.get(line) ?? 0)]));
  return ours
    .toReversed()
    .filter((line) => take(missing, line))
    .toReversed();
}

/** Counts the lines at the end that are not in base. New lines can be sorted among these by time. */
function newTail(base: Lines, lines: Lines): number {
  const known = new Set(base);
  let count = 0;
  while (count < lines.length && !known.has(lines[lines.length - 1 - count] ?? '')) {
    count += 1;
  }
  return count;
}

function take(counts: Map<string, number>, line: string): boolean {
  const left = counts.get(line) ?? 0;
  counts.set(line, left - 1);
  return left > 0;
}

/** Joins two lists of lines. Each keeps its own order, and of two lines the earlier comes first; at equal times, theirs. */
function byTime(theirs: Lines, ours: Lines, timeKeys: readonly string[]): string[] {
  const [a, b] = [withTimes(theirs, timeKeys), withTimes(ours, timeKeys)];
  if (![...a, ...b].some(({ time }) => time > Number.NEGATIVE_INFINITY)) {
    return [...theirs, ...ours];
  }
  const result: string[] = [];
  let next = 0;
  for (const { line, time } of a) {
    for (let own = b[next]; own !== undefined && own.time < time; own = b[next]) {
      result.push(own.line);
      next += 1;
    }
    result.push(line);
  }
  return [...result, ...b.slice(next).map(({ line }) => line)];
}

function withTimes(lines: Lines, timeKeys: readonly string[]): { line: string; time: number }[] {
  let time = Number.NEGATIVE_INFINITY;
  return lines.map((line) => {
    time = timeOf(line, timeKeys) ?? time;
    return { line, time };
  });
}

/** Unix times below this are in seconds, others in milliseconds: 1e11 is the year 5138 or 1973. */
const SECONDS_BELOW = 1e11;

/**
 * Returns the time of a line of JSON, in milliseconds since the epoch: the value of the first of `keys` at its top level that has one, an
 * ISO 8601 text or a Unix time in seconds or milliseconds. Returns null when there is none.
 */
function timeOf(line: string, keys: readonly string[]): number | null {
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
