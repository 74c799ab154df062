import type { ClientRecord } from '../../client/running/record.js';

/** The activity of a session's clients, as they report it. */
export interface Activity {
  /** The status in the client's words, such as `busy`, `idle` or `waiting`; null before its first turn. */
  readonly status: string | null;
  /** When the client last reported something; null while it is busy. Milliseconds since the epoch. */
  readonly idleSince: number | null;
}

/** The activity of the liveliest client: one that is busy, else the one with the latest report. Undefined without clients. */
export function activityOf(clients: readonly Pick<ClientRecord, 'status' | 'lastActiveAt'>[]): Activity | undefined {
  if (clients.some(({ status }) => status === BUSY)) return { status: BUSY, idleSince: null };
  const [last] = clients.toSorted((one, other) => other.lastActiveAt - one.lastActiveAt);
  return last && { status: last.status, idleSince: last.lastActiveAt };
}

const BUSY = 'busy';
