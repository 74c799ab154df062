import { basename, dirname, join } from 'node:path';
import { changesOf } from '../../sync/log/changes.js';
import type { LogEntry, LoggedFile } from '../../sync/log/entry.js';
import { findEntry } from '../../sync/log/find.js';
import { type SharedDir, sharedPath } from '../../client/shared-dir.js';
import { conflictOrigin } from '../../merge/conflict-origin.js';
import { UserError } from '../../system/errors.js';
import { logFolder } from '../../session/paths.js';
import { restoreContent } from '../../system/files/stored-content.js';
import { realFiles } from '../../system/files/real-files.js';
import { firstThatFit } from '../named-file.js';
import { shown } from '../output.js';

/** The folder with the log of a shared dir. */
export function logOf(stateDir: string, shared: SharedDir): string {
  return logFolder(stateDir, realFiles.realPath(shared.dir));
}

/** The changes of an entry to the named file, or all its changes. A conflict copy counts as its original file. */
export function changesAround(entry: LogEntry, shared: SharedDir, named: string | undefined): readonly LoggedFile[] {
  return changesNamed(entry, named, (file) => [...pathsOf(shared, file), ...originalOf(file)]);
}

function changesNamed(entry: LogEntry, named: string | undefined, paths: (file: LoggedFile) => readonly string[]): readonly LoggedFile[] {
  const changes = changesOf(entry);
  return named === undefined ? changes : firstThatFit(changes, named, paths);
}

/** If the shared file is a link, its target may have another name. */
function pathsOf(shared: SharedDir, { target, place }: LoggedFile): string[] {
  return [target, sharedPath(shared, place)];
}

function originalOf({ target }: LoggedFile): string[] {
  const origin = conflictOrigin(basename(target), []);
  return origin ? [join(dirname(target), origin.name)] : [];
}

/** An entry by its id or the start of it, with its changes. Throws `no-such-entry`. */
export function lookUp(
  stateDir: string,
  shared: SharedDir,
  id: string,
  named: string | undefined,
): { entry: LogEntry; changes: readonly LoggedFile[] } {
  const entry = findEntry(realFiles, logOf(stateDir, shared), id);
  const changes = changesNamed(entry, named, (file) => pathsOf(shared, file));
  if (changes.length === 0)
    throw new UserError('no-such-entry', `entry ${entry.id} has no file ${shown(named ?? '')}`, `see: pclaudectl log show ${entry.id}`);
  return { entry, changes };
}

/** The only change of an entry. Throws `no-such-entry` if there are several. */
export function theOnly(entry: LogEntry, changes: readonly LoggedFile[]): LoggedFile {
  const [change, ...more] = changes;
  if (change && more.length === 0) return change;
  throw new UserError(
    'no-such-entry',
    `entry ${entry.id} has ${changes.length} such files`,
    `name one of ${changes.map(({ target }) => shown(target)).join(', ')}`,
  );
}

const ONLY_WHEN = 'the log only tells when it was changed';

/**
 * The content of a file before an entry, after it, and when the session began or last read the file; null if there was no file. Throws
 * `content-not-kept`.
 */
export function contentsOf({ target, content }: LoggedFile): Record<'before' | 'after' | 'base', Uint8Array | null> {
  if (!content.kept) {
    const why = content.why === 'secret' ? 'may hold secrets, so its content is not kept' : 'is too large to be kept';
    throw new UserError(
      'content-not-kept',
      `${shown(target)} ${why}`,
      content.why === 'secret' ? `${ONLY_WHEN}; the last good version of settings and login: pclaudectl restore` : ONLY_WHEN,
    );
  }
  const { before, after, base = before } = content;
  return { before: restoreContent(before), after: restoreContent(after), base: restoreContent(base) };
}
