import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { attempt } from '../system/attempt.js';
import { hasCode, isMissing, reasonOf, unlessMissing } from '../system/fs/fs-error.js';
import { isRecord } from '../system/json.js';
import { isHeld, isInUse } from './locks.js';
import { type Manifest, readManifest } from './manifest.js';
import { type SessionPaths, sessionPaths, sessionsFolder } from './paths.js';
import type { FoundSession } from './session.js';

/** What a session is doing, as far as it is visible from outside. */
type SessionStatus =
  /** Its launcher, its client or another process in its home runs. */
  | 'running'
  /** All its processes have exited, but it has not been merged yet. */
  | 'unmerged'
  /** It has been merged completely, or discarded. */
  | 'closed';

/** A session of which only the id is known. It does not keep callers from working on the others. */
export interface UnreadableSession {
  readonly paths: SessionPaths;
  readonly unreadable: Unreadable;
}

export interface ListedSession extends FoundSession {
  readonly status: SessionStatus;
}

/** The sessions of a state dir. */
export interface Sessions<Found> {
  /** Oldest first. */
  readonly sessions: readonly Found[];
  readonly unreadable: readonly UnreadableSession[];
}

/** All sessions of a state dir, and what each is doing; none when there is no such dir. */
export function listSessions(stateDir: string): Sessions<ListedSession> {
  const { sessions, unreadable } = findSessions(stateDir);
  return { sessions: sessions.map(({ paths, manifest }) => ({ paths, manifest, status: statusOf(manifest, paths) })), unreadable };
}

/** All sessions of a state dir without their status, which costs a look at all processes. */
export function findSessions(stateDir: string): Sessions<FoundSession> {
  const sessions: FoundSession[] = [];
  const unreadable: UnreadableSession[] = [];
  for (const id of unlessMissing(() => readdirSync(sessionsFolder(stateDir))) ?? []) {
    const paths = sessionPaths(stateDir, id);
    // The user may have put a file there, and a link may lead anywhere.
    if (unlessMissing(() => lstatSync(paths.root))?.isDirectory() !== true) continue;
    const found = inspectManifest(paths);
    if (found && 'why' in found) unreadable.push({ paths, unreadable: found });
    else if (found) sessions.push({ paths, manifest: found });
  }
  return { sessions: sessions.toSorted((one, other) => one.manifest.startedAt - other.manifest.startedAt), unreadable };
}

/** The status of one session. */
export function statusOf(manifest: Manifest, { alive, home }: SessionPaths): SessionStatus {
  if (manifest.state.name === 'closed') return 'closed';
  return isHeld(alive) || isInUse(home) ? 'running' : 'unmerged';
}

/** Why the manifest of a session cannot be read. */
type Unreadable =
  /** It is missing, or a power cut has left a part of it. */
  | { readonly why: 'lost' }
  /** A newer pclaude wrote it. */
  | { readonly why: 'newer' }
  /** The system refuses the read; `reason` is for the user. */
  | { readonly why: 'refused'; readonly reason: string };

/**
 * The manifest of a session, or why it cannot be read. Undefined when it is not a session yet: its launch is making it, or was
 * killed before it was made. Throws errors that are not about this one file, such as a lack of memory.
 */
function inspectManifest(paths: SessionPaths): Manifest | Unreadable | undefined {
  const found = attempt(() => readManifest(paths.manifest));
  if (found.status === 'rejected') return { why: 'refused', reason: refusal(found.reason) };
  if (found.value) return found.value;
  if (isNewer(paths.manifest)) return { why: 'newer' };
  return existsSync(paths.unfinishedMark) || isHeld(paths.alive) ? undefined : { why: 'lost' };
}

/** The reason in a few words, which follow the name of the session. */
export function unreadableWords(unreadable: Unreadable): string {
  if (unreadable.why === 'lost') return 'its manifest is lost';
  return unreadable.why === 'newer' ? 'a newer pclaude made it' : `its manifest cannot be read: ${unreadable.reason}`;
}

function refusal(error: unknown): string {
  const reason = hasCode(error, 'EACCES', 'EPERM', 'ELOOP', 'EISDIR', 'EIO') ? reasonOf(error) : undefined;
  if (reason === undefined) throw error;
  return reason;
}

/** Whether a newer version wrote the manifest. The file must be readable or missing; other read errors are thrown. */
function isNewer(path: string): boolean {
  const value = attempt((): unknown => JSON.parse(readFileSync(path, 'utf8')));
  if (value.status === 'rejected') {
    if (isMissing(value.reason) || value.reason instanceof SyntaxError) return false;
    throw value.reason;
  }
  return isRecord(value.value) && typeof value.value['version'] === 'number' && value.value['version'] > 1;
}
