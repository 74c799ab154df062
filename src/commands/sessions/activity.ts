import type { ClientRecord } from '../../client/running/record.js';

/** What the clients of a session do, as they say themselves. */
export interface Activity {
  /** The client's own word, such as `busy`, `idle` or `waiting`; null before its first turn. */
  readonly status: string | null;
  /** When it was last heard of; null while it is busy. Milliseconds since the epoch. */
  readonly idleSince: number | null;
}

/** Of several clients the liveliest: one that is busy, else the one that was last heard of. Undefined without any. */
export function activityOf(clients: readonly Pick<ClientRecord, 'status' | 'lastActiveAt'>[]): Activity | undefined {
  if (clients.some(({ status }) => status === BUSY)) return { status: BUSY, idleSince: null };
  const [last] = clients.toSorted((one, other) => other.lastActiveAt - one.lastActiveAt);
  return last && { status: last.status, idleSince: last.lastActiveAt };
}

const BUSY = 'busy';
