import { dirname } from 'node:path';
import { sameBytes } from '../../system/bytes.js';
import { attempt } from '../../system/attempt.js';
import { completeExchange, putNew } from '../../system/files/exchange.js';
import type { Files } from '../../system/files/files.js';

/** One file that is brought from one content to another, for writers that know no lock of ours. */
export interface FileEdit {
  /** The file, behind all links. */
  readonly target: string;
  /** What it held when the step was worked out; null: nothing was there. */
  readonly before: Uint8Array | null;
  /** What it is to hold; null: it goes. */
  readonly after: Uint8Array | null;
  /** Permission bits of a file that is made; one that is there keeps its own. */
  readonly mode?: number;
  /** An unused name beside it. It holds `after` until the step is done, and then whatever the step displaced. */
  readonly temporary: string;
}

export type EditOutcome =
  /** What is left at `temporary` nobody needs. */
  | { readonly state: 'done' }
  /** The file was no longer what was expected; nothing was written. */
  | { readonly state: 'moved' }
  /** Done, but somebody had written in the last moment: this is what we displaced, and `temporary` holds it. */
  | { readonly state: 'displaced'; readonly content: Uint8Array }
  /** Done, and what we displaced can neither be read nor put back: perhaps it is news. */
  | { readonly state: 'unread'; readonly error: unknown };

/** Writes what the step needs beside its target. A failure leaves nothing. */
export function stageEdit(files: Files, { target, after, temporary, mode = 0o600 }: FileEdit): void {
  if (after === null) return;
  files.makeFolder(dirname(target));
  files.writeNew(temporary, after, files.mode(target) ?? mode);
}

/**
 * Carries out a staged step. A reader, or a crash at any moment, sees the old or the new file, whole, save where `exchange` has to
 * write it in place; `wasApplied` completes that. The file is compared just before; what was displaced all the same is kept.
 * Throws the system's errors, and has changed nothing then; `temporary` stays where the step was not done.
 */
export function applyEdit(files: Files, step: FileEdit): EditOutcome {
  const { target, before } = step;
  if (before === null) return makeNew(files, step);
  // A stranger may remove the file at any time.
  const moved = !sameBytes(files.read(target), before) || !ifThere(files, target, () => displace(files, step));
  return moved ? { state: 'moved' } : compared(files, step, before);
}

/**
 * Whether a step that was staged before a crash was carried out; `temporary` then holds what it displaced, if that was
 * not removed yet, and its content is returned.
 */
export function wasApplied(files: Files, step: FileEdit): { readonly displaced: Uint8Array | null } | false {
  const { target, before, after, temporary } = step;
  completeExchange(files, temporary, target);
  const kind = files.kind(temporary);
  if (kind !== null && kind !== 'file' && kind !== 'link') {
    // A folder, say, had taken the file's place: the file is merged again, and finds it in its way.
    putBack(files, step);
    return false;
  }
  const displaced = kind === null ? null : files.read(temporary);
  if (after === null) return (displaced !== null || files.kind(target) === null) && { displaced };
  if (before === null) return (displaced === null || sameBytes(files.read(target), after)) && { displaced: null };
  return !sameBytes(displaced, after) && { displaced };
}

function displace(files: Files, { target, after, temporary }: FileEdit): void {
  if (after === null) files.rename(target, temporary);
  else files.exchange(temporary, target);
}

/** Needs no room on the disk. */
function putBack(files: Files, { target, after, temporary }: FileEdit): void {
  if (after === null) files.rename(temporary, target);
  else files.exchange(temporary, target);
}

/** Looks at what was displaced: perhaps it is news, or a folder has taken the file's place. */
function compared(files: Files, step: FileEdit, before: Uint8Array): EditOutcome {
  const displaced = attempt(() => files.read(step.temporary));
  if (displaced.status === 'rejected') {
    const { reason: error } = displaced;
    if (attempt(() => putBack(files, step)).status === 'rejected') return { state: 'unread', error };
    throw error;
  }
  const { value: content } = displaced;
  return content === null || sameBytes(content, before) ? { state: 'done' } : { state: 'displaced', content };
}

/** Unlike a rename, that fails when the name is taken meanwhile. */
function makeNew(files: Files, { target, after, temporary }: FileEdit): EditOutcome {
  if (after === null) return { state: 'done' };
  if (files.kind(target) !== null) return { state: 'moved' };
  const made = ifFree(files, target, () => putNew(files, temporary, target));
  return { state: made ? 'done' : 'moved' };
}

/** False when somebody has removed the file meanwhile. */
function ifThere(files: Files, path: string, act: () => void): boolean {
  return unless(() => files.kind(path) === null, act);
}

/** False when somebody has made the file meanwhile. */
function ifFree(files: Files, path: string, act: () => void): boolean {
  return unless(() => files.kind(path) !== null, act);
}

/** Runs `act`; false when it failed because of what `explains` says. */
function unless(explains: () => boolean, act: () => void): boolean {
  try {
    act();
    return true;
  } catch (error) {
    if (explains()) return false;
    throw error;
  }
}
