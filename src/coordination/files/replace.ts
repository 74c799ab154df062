import { fchownSync, fsyncSync, renameSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { applyEdit, type EditOutcome, type FileEdit } from '../../sync/apply/file-edit.js';
import { attempt } from '../../system/attempt.js';
import { sameBytes } from '../../system/content.js';
import { completeExchange } from '../../system/files/exchange.js';
import type { Files } from '../../system/files/files.js';
import { realFiles } from '../../system/files/real-files.js';
import { setMode, syncFolder, TEMPORARY_SUFFIX, writeNew } from '../../system/fs/atomic-write.js';
import { hasCode, unlessMissing } from '../../system/fs/fs-error.js';
import { hashOf } from '../../system/hash.js';

/** The content of a file; null if there is no file. */
type Content = Uint8Array | null;

interface Change<T> {
  /** Null: the file stays as it is. */
  readonly content: Content;
  /** What `rewrite` returns if this change is the last one. */
  readonly result: T;
}

/**
 * Replaces the content of a file. A reader, also after a crash, sees the old file or the new one, whole. The file keeps its permissions
 * and, as far as this process may set them, its owner and group; a new file gets the permissions that the umask allows. The caller holds
 * the lock of the file. Throws the system's errors, and has changed nothing in that case. `stateDir` is the state dir with that lock. A
 * crash may leave a hidden temp file beside the file; the next write of the same file removes it.
 */
export function overwrite(stateDir: string, path: string, content: Uint8Array): void {
  replace(realFiles, stateDir, path, content, (temporary) => {
    putInPlace(temporary, path);
    return { state: 'done' };
  });
}

/**
 * Replaces the content of a file by one that is computed from it. If an external writer changes the file meanwhile, its change stays, and
 * `change` is called again with the new content. Returns the `result` of the last call of `change`.
 */
export function rewrite<T>(stateDir: string, path: string, change: (current: Content) => Change<T>, files: Files = realFiles): T {
  for (;;) {
    const before = files.read(path);
    const { content: after, result } = change(before);
    if (after === null || sameBytes(after, before)) return result;
    const applied = replace(files, stateDir, path, after, (temporary) => applyOrUndo(files, { target: path, before, after, temporary }));
    if (applied.state === 'unread') throw applied.error;
    if (applied.state === 'done') return result;
  }
}

/** A file that is a mount point cannot be renamed over, so the contents are exchanged. */
function putInPlace(temporary: string, path: string): void {
  try {
    renameSync(temporary, path);
  } catch (error) {
    if (!hasCode(error, 'EBUSY', 'EXDEV')) throw error;
    realFiles.exchange(temporary, path);
  }
}

/** Exchanges a version that was overwritten at the last moment back at once, which needs no space on the disk. */
function applyOrUndo(files: Files, edit: FileEdit): EditOutcome {
  const applied = applyEdit(files, edit);
  if (applied.state !== 'overwrote') return applied;
  unlessMissing(() => files.exchange(edit.temporary, edit.target));
  return { state: 'moved' };
}

/** Writes a temp file beside the file and lets `put` bring it there; then removes what is left under the temp name. */
function replace(files: Files, stateDir: string, path: string, content: Uint8Array, put: (temporary: string) => EditOutcome): EditOutcome {
  const temporary = temporaryOf(stateDir, path);
  completeExchange(files, temporary, path);
  files.remove(temporary);
  const old = unlessMissing(() => statSync(path));
  writeNew(temporary, content, old ? 0o600 : 'umask', (descriptor) => {
    if (old) keepAccess(descriptor, old);
    fsyncSync(descriptor);
  });
  const done = attempt(() => put(temporary));
  if (done.status === 'rejected') {
    // Any other content may be the change of an external writer, so it is kept.
    if (sameBytes(files.read(temporary), content)) files.remove(temporary);
    throw done.reason;
  }
  if (done.value.state !== 'unread') files.remove(temporary);
  syncFolder(dirname(path));
  return done.value;
}

/** Keeps owner, group and mode. Only root may change the owner, but each user may set a group that they belong to. */
function keepAccess(descriptor: number, { uid, gid, mode }: Stats): void {
  for (const [user, group] of [
    [-1, gid],
    [uid, -1],
  ] as const) {
    try {
      fchownSync(descriptor, user, group);
    } catch (error) {
      if (!hasCode(error, 'EPERM', 'EINVAL')) throw error;
    }
  }
  setMode(descriptor, mode & 0o7777);
}

/**
 * All writes under one lock use one name, so that each write removes the temp file of one that was killed. Writes under another lock use
 * another name.
 */
function temporaryOf(stateDir: string, path: string): string {
  const id = hashOf(`${stateDir}\0${path}`, 10);
  return join(dirname(path), `.${Array.from(basename(path)).slice(0, 50).join('')}.${id}${TEMPORARY_SUFFIX}`);
}
