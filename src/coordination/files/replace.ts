import { createHash } from 'node:crypto';
import { fchownSync, fsyncSync, renameSync, type Stats } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { sameBytes } from '../../system/bytes.js';
import { syncFolder, TEMPORARY_SUFFIX, writeNew } from '../../system/fs/atomic-write.js';
import { hasCode } from '../../system/fs/fs-error.js';
import { setMode } from '../../system/fs/set-mode.js';
import { attempt } from '../../system/attempt.js';
import { unlessMissing } from '../../system/fs/unless-missing.js';
import { completeExchange } from '../../system/files/exchange.js';
import type { Files } from '../../system/files/files.js';
import { realFiles } from '../../system/files/real-files.js';
import { type EditOutcome, applyEdit, type FileEdit } from '../../sync/apply/file-edit.js';
import { statOf } from './target.js';

/** The content of a file; null: there is none. */
type Content = Uint8Array | null;

interface Change<T> {
  /** Null: what is there stands. */
  readonly content: Content;
  readonly told: T;
}

/**
 * Gives a file a new content. A reader, or a crash at any moment, sees the old or the new file, whole. It keeps permissions and,
 * where we may say so, owner and group; a new one gets what the umask leaves. The caller holds its lock. Throws the system's
 * errors, and has changed nothing then. `stateDir`: where that lock is. A crash may leave a hidden temporary file beside it, which
 * the next write of the same file removes.
 */
export function overwrite(stateDir: string, path: string, content: Uint8Array): void {
  replace(realFiles, stateDir, path, content, (temporary) => {
    putInPlace(temporary, path);
    return { state: 'done' };
  });
}

/**
 * The same for a content that is made of the old one. Writers who know no lock of ours are heard, too: what they have written
 * meanwhile stands, and `change` is asked again for that. Returns what it told last.
 */
export function rewrite<T>(stateDir: string, path: string, change: (current: Content) => Change<T>, files: Files = realFiles): T {
  for (;;) {
    const before = files.read(path);
    const { content: after, told } = change(before);
    if (after === null || sameBytes(after, before)) return told;
    const step = { target: path, before, after };
    const applied = replace(files, stateDir, path, after, (temporary) => applyOrUndo(files, { ...step, temporary }));
    if (applied.state === 'unread') throw applied.error;
    if (applied.state === 'done') return told;
  }
}

/** A file on which something is mounted keeps its place. */
function putInPlace(temporary: string, path: string): void {
  try {
    renameSync(temporary, path);
  } catch (error) {
    if (!hasCode(error, 'EBUSY', 'EXDEV')) throw error;
    realFiles.exchange(temporary, path);
  }
}

/** What was displaced in the last moment goes back at once, which needs no room on the disk. */
function applyOrUndo(files: Files, step: FileEdit): EditOutcome {
  const applied = applyEdit(files, step);
  if (applied.state !== 'displaced') return applied;
  unlessMissing(() => files.exchange(step.temporary, step.target));
  return { state: 'moved' };
}

/** Writes a temporary file beside one and lets `put` bring it there; then removes what that has left at its name. */
function replace(files: Files, stateDir: string, path: string, content: Uint8Array, put: (temporary: string) => EditOutcome): EditOutcome {
  const temporary = temporaryOf(stateDir, path);
  completeExchange(files, temporary, path);
  files.remove(temporary);
  const old = statOf(path);
  writeNew(temporary, content, old ? 0o600 : 'umask', (descriptor) => {
    if (old) keepAccess(descriptor, old);
    fsyncSync(descriptor);
  });
  const done = attempt(() => put(temporary));
  if (done.status === 'rejected') {
    // All but ours is perhaps somebody's news.
    if (sameBytes(files.read(temporary), content)) files.remove(temporary);
    throw done.reason;
  }
  if (done.value.state !== 'unread') files.remove(temporary);
  syncFolder(dirname(path));
  return done.value;
}

/** Only root may give files away; a group of one's own everybody may name. */
function keepAccess(descriptor: number, { uid, gid, mode }: Stats): void {
  for (const [user, group] of [[-1, gid], [uid, -1]] as const) {
    try {
      fchownSync(descriptor, user, group);
    } catch (error) {
      if (!hasCode(error, 'EPERM', 'EINVAL')) throw error;
    }
  }
  setMode(descriptor, mode & 0o7777);
}

/** One name for all writes under one lock, so that each removes what a killed one has left. Others have other locks, and names. */
function temporaryOf(stateDir: string, path: string): string {
  const id = createHash('sha256').update(`${stateDir}\0${path}`).digest('hex').slice(0, 10);
  return join(dirname(path), `.${Array.from(basename(path)).slice(0, 50).join('')}.${id}${TEMPORARY_SUFFIX}`);
}
