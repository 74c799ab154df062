import { isRecord } from '../../system/is-record.js';

/** The output of `agents --json` in one config dir. */
export interface Listing {
  readonly home: string;
  readonly text: string;
}

/**
 * Joins the lists of several config dirs to one, in the client's own form and order: by start time, the oldest first. The list of the
 * shared dir also has the sessions at terminals, which are recorded there only; the other lists add background jobs. `homeOf` returns the
 * home that counts for a job id that several lists have. Returns the text of the shared dir unchanged when it is not a list, or when the
 * result would be the same; any other text that is not a list adds nothing.
 */
export function unite(shared: Listing, others: readonly Listing[], homeOf: (id: string) => string | undefined): string {
  const whole = entriesIn(shared.text);
  if (!whole) return shared.text;
  const kept = whole.filter((entry) => [undefined, shared.home].includes(homeOf(jobId(entry) ?? '')));
  const added = others.flatMap(({ home, text }) => {
    return (entriesIn(text) ?? []).filter((entry) => homeOf(jobId(entry) ?? '') === home);
  });
  if (added.length === 0 && kept.length === whole.length) return shared.text;
  return `${JSON.stringify(
    [...kept, ...added].toSorted((one, other) => startOf(one) - startOf(other)),
    null,
    2,
  )}\n`;
}

/** Returns undefined for a text that is not a list. */
export function entriesIn(text: string): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Returns undefined for a session at a terminal. */
function jobId(entry: unknown): string | undefined {
  return isRecord(entry) && entry['kind'] === 'background' && typeof entry['id'] === 'string' ? entry['id'] : undefined;
}

function startOf(entry: unknown): number {
  return isRecord(entry) && typeof entry['startedAt'] === 'number' ? entry['startedAt'] : 0;
}
