import { dirname } from 'node:path';
import { attempt } from '../../system/attempt.js';
import { sameBytes } from '../../system/content.js';
import { completeExchange, putNew } from '../../system/files/exchange.js';
import type { Files } from '../../system/files/files.js';

/** One file brought from one content to another, against writers that know no lock. */
export interface FileEdit {
  /** The file, behind all links. */
  readonly target: string;
  /** What it held when the edit was planned; null: nothing was there. */
  readonly before: Uint8Array | null;
  /** What it is to hold; null: it is removed. */
  readonly after: Uint8Array | null;
  /** Permission bits of a new file; an existing one keeps its own. */
  readonly mode?: number;
  /** An unused name beside it. It holds `after` until the edit is applied, and then the version that the edit overwrote. */
  readonly temporary: string;
}

export type EditOutcome =
  /** Applied; what is left at `temporary` is not needed. */
  | { readonly state: 'done' }
  /** The file no longer had the expected content; nothing was written. */
  | { readonly state: 'moved' }
  /** Applied, but an external writer had written at the last moment: `content` is the overwritten version, which `temporary` holds. */
  | { readonly state: 'overwrote'; readonly content: Uint8Array }
  /** Applied, but the overwritten version can neither be read nor put back; it may hold a change. */
  | { readonly state: 'unread'; readonly error: unknown };

/** Writes what the edit needs beside its target. A failure leaves nothing. */
export function stageEdit(files: Files, { target, after, temporary, mode = 0o600 }: FileEdit): void {
  if (after === null) return;
  files.makeFolder(dirname(target));
  files.writeNew(temporary, after, files.mode(target) ?? mode);
}

/**
 * Applies a staged edit. A reader sees the old file or the new one, whole, and a crash leaves one of them, unless `exchange` has to write
 * the file in place; `wasApplied` completes that. The file is compared just before; a change that is overwritten all the same is kept.
 * Throws the system's errors, and has changed nothing then. `temporary` stays when the edit was not applied.
 */
export function applyEdit(files: Files, edit: FileEdit): EditOutcome {
  const { target, before } = edit;
  if (before === null) return makeNew(files, edit);
  if (!sameBytes(files.read(target), before)) return { state: 'moved' };
  // An external writer may remove the file at any time.
  return ifThere(files, target, () => overwrite(files, edit)) ? compareOverwritten(files, edit, before) : { state: 'moved' };
}

/**
 * Whether an edit that was staged before a crash was applied. False when it was not; else the version that it overwrote, which
 * `temporary` holds. That is null when it is removed already, or when nothing was overwritten.
 */
export function wasApplied(files: Files, edit: FileEdit): { readonly overwritten: Uint8Array | null } | false {
  const { target, before, after, temporary } = edit;
  completeExchange(files, temporary, target);
  const kind = files.kind(temporary);
  if (kind !== null && kind !== 'file' && kind !== 'link') {
    // Something else, such as a folder, had replaced the file. It is put back, and the next merge of the file finds it in the way.
    putBack(files, edit);
    return false;
  }
  const overwritten = kind === null ? null : files.read(temporary);
  if (after === null) return (overwritten !== null || files.kind(target) === null) && { overwritten };
  if (before === null) return (overwritten === null || sameBytes(files.read(target), after)) && { overwritten: null };
  return !sameBytes(overwritten, after) && { overwritten };
}

/** Leaves at `temporary` what the file held. */
function overwrite(files: Files, { target, after, temporary }: FileEdit): void {
  if (after === null) files.rename(target, temporary);
  else files.exchange(temporary, target);
}

/** Needs no room on the disk. */
function putBack(files: Files, { target, after, temporary }: FileEdit): void {
  if (after === null) files.rename(temporary, target);
  else files.exchange(temporary, target);
}

/** Compares the overwritten version with `before`: it may hold a change, or be a folder that has replaced the file. */
function compareOverwritten(files: Files, edit: FileEdit, before: Uint8Array): EditOutcome {
  const overwritten = attempt(() => files.read(edit.temporary));
  if (overwritten.status === 'rejected') {
    const { reason: error } = overwritten;
    if (attempt(() => putBack(files, edit)).status === 'rejected') return { state: 'unread', error };
    throw error;
  }
  const { value: content } = overwritten;
  return content === null || sameBytes(content, before) ? { state: 'done' } : { state: 'overwrote', content };
}

/** Unlike a rename, `putNew` fails when the name has been taken meanwhile. */
function makeNew(files: Files, { target, after, temporary }: FileEdit): EditOutcome {
  if (after === null) return { state: 'done' };
  if (files.kind(target) !== null) return { state: 'moved' };
  const made = ifFree(files, target, () => putNew(files, temporary, target));
  return { state: made ? 'done' : 'moved' };
}

/** False when another process has removed the file meanwhile. */
function ifThere(files: Files, path: string, act: () => void): boolean {
  return unless(() => files.kind(path) === null, act);
}

/** False when another process has made the file meanwhile. */
function ifFree(files: Files, path: string, act: () => void): boolean {
  return unless(() => files.kind(path) !== null, act);
}

/** Runs `act`. False when it failed and `explains` is true; other errors are thrown. */
function unless(explains: () => boolean, act: () => void): boolean {
  try {
    act();
    return true;
  } catch (error) {
    if (explains()) return false;
    throw error;
  }
}
