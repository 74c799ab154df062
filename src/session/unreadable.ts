import { existsSync, readFileSync } from 'node:fs';
import { hasCode, isMissing, reasonOf } from '../system/fs/fs-error.js';
import { isRecord } from '../system/is-record.js';
import { attempt } from '../system/attempt.js';
import { isHeld } from './locks.js';
import { type Manifest, readManifest } from './manifest.js';
import type { SessionPaths } from './paths.js';

/** Why the manifest of a session cannot be read. */
export type Unreadable =
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
export function inspectManifest(paths: SessionPaths): Manifest | Unreadable | undefined {
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
