import { isRecord } from '../../system/is-record.js';
import { attempt } from '../../system/attempt.js';

/** What a client writes down of itself in `<config dir>/sessions/<pid>.json` while it runs. Seen in 2.1.329. */
export interface ClientRecord {
  readonly pid: number;
  /** When the process started, as `processStart` tells it: with the pid it names a process for good. */
  readonly processStart: string;
  /** The id of the conversation, by which its transcript is named. */
  readonly conversation: string;
  /** Where it works now: `--worktree` takes it elsewhere than where it was started. */
  readonly cwd: string;
  /** `interactive`, also with `-p`, or `bg` for a background job. */
  readonly kind: string;
  readonly name: string | null;
  /** `busy`, `idle`, `waiting` for an answer of its user, or what else a newer one says; null before its first turn. */
  readonly status: string | null;
  /** When it was last heard of: when it came to this status, else when it began. Times in milliseconds since the epoch. */
  readonly lastActiveAt: number;
  readonly startedAt: number;
  /** Of a background job. */
  readonly jobId: string | null;
}

/** Reads such a file. Undefined for all that does not name a process and a session for certain. */
export function parseClientRecord(text: string): ClientRecord | undefined {
  const parsed = attempt((): unknown => JSON.parse(text));
  if (parsed.status === 'rejected' || !isRecord(parsed.value)) return undefined;
  const { pid, procStart, sessionId, cwd, kind, name, status, statusUpdatedAt, startedAt, jobId, spare } = parsed.value;
  if (!isPid(pid) || typeof procStart !== 'string' || typeof sessionId !== 'string' || typeof cwd !== 'string' || typeof startedAt !== 'number') return undefined;
  // The client keeps processes ready, and others that only serve: in these nobody works.
  if (spare === true || (kind !== 'interactive' && kind !== 'bg')) return undefined;
  return {
    pid,
    processStart: procStart,
    conversation: sessionId,
    cwd,
    kind,
    name: textOrNull(name),
    status: textOrNull(status),
    lastActiveAt: typeof statusUpdatedAt === 'number' ? statusUpdatedAt : startedAt,
    startedAt,
    jobId: textOrNull(jobId),
  };
}

function isPid(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) > 1;
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
