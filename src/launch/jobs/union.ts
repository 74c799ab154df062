import { isRecord } from '../../system/is-record.js';

/** What `agents --json` prints in one config dir. */
export interface Listing {
  readonly home: string;
  readonly text: string;
}

/**
 * The lists of several config dirs as one, in the client's own form and order: by when each was started, the oldest first.
 * The list of the shared dir stands whole, since it has the sessions at terminals, which no home keeps for itself; of the
 * others background jobs are added. `homeOf`: the home that counts, where several have a job of one id. The shared text as
 * it is when it is no list, or when that changes nothing; another text that is no list adds nothing.
 */
export function unite(shared: Listing, others: readonly Listing[], homeOf: (id: string) => string | undefined): string {
  const whole = entriesIn(shared.text);
  if (!whole) return shared.text;
  const kept = whole.filter((entry) => [undefined, shared.home].includes(homeOf(jobId(entry) ?? '')));
  const added = others.flatMap(({ home, text }) => {
    return (entriesIn(text) ?? []).filter((entry) => homeOf(jobId(entry) ?? '') === home);
  });
  if (added.length === 0 && kept.length === whole.length) return shared.text;
  return `${JSON.stringify([...kept, ...added].toSorted((one, other) => startOf(one) - startOf(other)), null, 2)}\n`;
}

/** Undefined for a text that is no list. */
export function entriesIn(text: string): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Undefined for a session at a terminal. */
function jobId(entry: unknown): string | undefined {
  return isRecord(entry) && entry['kind'] === 'background' && typeof entry['id'] === 'string' ? entry['id'] : undefined;
}

function startOf(entry: unknown): number {
  return isRecord(entry) && typeof entry['startedAt'] === 'number' ? entry['startedAt'] : 0;
}
