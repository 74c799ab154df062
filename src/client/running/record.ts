import { isRecord } from '../../system/is-record.js';
import { attempt } from '../../system/attempt.js';

/** The record that a client keeps of itself in `<config dir>/sessions/<pid>.json` while it runs. Seen in 2.1.329. */
export interface ClientRecord {
  readonly pid: number;
  /** The start time of the process, in the form of `processStart`. With the pid it identifies a process for good. */
  readonly processStart: string;
  /** The id of the conversation, which is the name of its transcript. */
  readonly conversation: string;
  /** The current working folder. With `--worktree` it is not the folder where the client was started. */
  readonly cwd: string;
  /** `interactive`, also with `-p`, or `bg` for a background job. */
  readonly kind: string;
  readonly name: string | null;
  /** `busy`, `idle`, `waiting` (for the user's answer), or a word of a newer client; null before its first turn. */
  readonly status: string | null;
  /** When the status last changed, else when the client started. Times are in milliseconds since the epoch. */
  readonly lastActiveAt: number;
  readonly startedAt: number;
  /** The id of the background job; null for other clients. */
  readonly jobId: string | null;
}

/** Parses a record file. Undefined when it does not clearly identify a process and a conversation in which a user or a job works. */
export function parseClientRecord(text: string): ClientRecord | undefined {
  const parsed = attempt((): unknown => JSON.parse(text));
  if (parsed.status === 'rejected' || !isRecord(parsed.value)) return undefined;
  const { pid, procStart, sessionId, cwd, kind, name, status, statusUpdatedAt, startedAt, jobId, spare } = parsed.value;
  if (
    !isPid(pid) ||
    typeof procStart !== 'string' ||
    typeof sessionId !== 'string' ||
    typeof cwd !== 'string' ||
    typeof startedAt !== 'number'
  )
    return undefined;
  // The client also has spare processes and processes that only serve others: no conversation runs in them.
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
