import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { attempt, fulfilled } from '../system/attempt.js';
import { isRecord, parseJson } from '../system/json.js';
import { variablesOf } from '../system/process-environment.js';
import { commandOf, processStart } from '../system/process.js';

/** A client that runs at this moment. */
export interface LiveClient extends ClientRecord {
  /** The home of the pclaude session that it works in, as the session's client or started by it; null for a plain client. */
  readonly home: string | null;
}

/**
 * The clients that run on a shared dir. Those of pclaude's sessions are among them, because each home links the dir's `sessions`
 * folder. A record that a crash left is skipped: its pid does not exist, or belongs to a process with another start time. Records
 * that cannot be read are skipped as well. Takes about 0.1 ms for each client on Linux; elsewhere it starts `ps` for each.
 */
export function liveClients(sharedDir: string): LiveClient[] {
  const texts = clientFiles(sharedDir).map((path) => attempt(() => readFileSync(path, 'utf8')));
  const records = fulfilled(texts).flatMap((text) => parseClientRecord(text) ?? []);
  return records.filter(isAlive).map((record) => ({ ...record, home: homeOfProcess(record.pid) }));
}

function isAlive(record: ClientRecord): boolean {
  return processStart(record.pid) === record.processStart;
}

/** The record files of clients that run on a shared dir, or ran until they were killed; none when the folder cannot be read. */
export function clientFiles(sharedDir: string): string[] {
  const folder = join(sharedDir, 'sessions');
  const names = attempt(() => readdirSync(folder));
  // The folder also contains keys and the like.
  return names.status === 'rejected' ? [] : names.value.filter((name) => /^\d+\.json$/.test(name)).map((name) => join(folder, name));
}

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
  const value = parseJson(text);
  if (!isRecord(value)) return undefined;
  const { pid, procStart, sessionId, cwd, kind, name, status, statusUpdatedAt, startedAt, jobId, spare } = value;
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

/**
 * The home of the pclaude session in which a process works; null when there is none. On Linux it is found by the variables that all
 * processes of a session inherit. On other systems it is found by the settings file that the client of a session, and each of its jobs,
 * gets as an argument; there a `claude` that a tool has started by itself counts as plain.
 */
function homeOfProcess(pid: number): string | null {
  if (process.platform !== 'linux') return homeInCommand(commandOf(pid) ?? '');
  const variable = variablesOf(pid);
  const home = variable('PCLAUDE_HOME');
  // A process inside a session may have set another dir; then it does not work in the session's home.
  return home !== undefined && home !== '' && home === variable('CLAUDE_CONFIG_DIR') ? home : null;
}

/** The home beside the session's settings file that a command line names; null when it names none. */
export function homeInCommand(command: string): string | null {
  const root = /--settings[ =](\/.*?\/sessions\/[0-9a-z]{10})\/settings\.json(?= |$)/.exec(command)?.[1];
  return root === undefined ? null : `${root}/.claude`;
}
