import { dirname } from 'node:path';
import { sameBytes } from '../merge/bytes.js';
import { ASIDE_SUFFIX } from '../platform/exchange.js';
import type { Files } from './files.js';

/** One file that is brought from one content to another, for writers that know no lock of ours. */
export interface Step {
  /** The file, behind all links. */
  readonly target: string;
  /** What it held when the step was worked out; null: nothing was there. */
  readonly before: Uint8Array | null;
  /** What it is to hold; null: it goes. */
  readonly after: Uint8Array | null;
  /** An unused name beside it. It holds `after` until the step is done, and then whatever the step displaced. */
  readonly temporary: string;
}

export type Applied =
  | { readonly state: 'done' }
  /** The file was no longer what was expected; nothing was written. */
  | { readonly state: 'moved' }
  /** Done, but somebody had written in the last moment: this is what we displaced, and `temporary` still holds it. */
  | { readonly state: 'displaced'; readonly content: Uint8Array };

/** Writes what the step needs beside its target. A failure leaves nothing. */
export function stageStep(files: Files, { target, after, temporary }: Step): void {
  if (after === null) return;
  files.makeFolder(dirname(target));
  files.writeNew(temporary, after, files.mode(target) ?? 0o600);
}

/**
 * Carries out a staged step. A reader, or a crash at any moment, sees the old or the new file, whole. The file is compared
 * just before; what was displaced all the same is kept, since the two change places in one step of the kernel.
 * Throws the system's errors, and has changed nothing then; `temporary` stays where the step was not done.
 */
export function applyStep(files: Files, step: Step): Applied {
  const { target, before } = step;
  if (before === null) return makeNew(files, step);
  // A stranger may remove the file at any time.
  const moved = !sameBytes(files.read(target), before) || !ifThere(files, target, () => displace(files, step));
  return moved ? { state: 'moved' } : compared(files, step, before);
}

/** Takes back what `stageStep` wrote. */
export function unstage(files: Files, { after, temporary }: Step): void {
  if (after !== null) files.remove(temporary);
}

/**
 * Whether a step that was staged before a crash was carried out; `temporary` then holds what it displaced, if that was
 * not looked at yet, and its content is returned.
 */
export function wasApplied(files: Files, { target, before, after, temporary }: Step): { readonly displaced: Uint8Array | null } | false {
  const aside = temporary + ASIDE_SUFFIX;
  const left = files.read(temporary);
  if (left === null && files.kind(aside) !== null) files.rename(aside, temporary);
  files.remove(aside);
  const displaced = left ?? files.read(temporary);
  if (after === null) return displaced === null ? files.kind(target) === null && { displaced } : { displaced };
  if (before === null) return (displaced === null || sameBytes(files.read(target), after)) && { displaced: null };
  return !sameBytes(displaced, after) && { displaced };
}

function displace(files: Files, { target, after, temporary }: Step): void {
  if (after === null) files.rename(target, temporary);
  else files.exchange(temporary, target);
}

/** Looks at what was displaced, and keeps it only when it is news. */
function compared(files: Files, step: Step, before: Uint8Array): Applied {
  const { target, after, temporary } = step;
  let content: Uint8Array | null;
  try {
    content = files.read(temporary);
  } catch (error) {
    // Perhaps a folder has taken the file's place. It needs no room on the disk to undo this.
    if (after === null) files.rename(temporary, target);
    else files.exchange(temporary, target);
    throw error;
  }
  if (content !== null && !sameBytes(content, before)) return { state: 'displaced', content };
  files.remove(temporary);
  return { state: 'done' };
}

/** A hard link, unlike a rename, fails when the name is taken meanwhile. */
function makeNew(files: Files, { target, after, temporary }: Step): Applied {
  if (after === null) return { state: 'done' };
  if (files.kind(target) !== null) return { state: 'moved' };
  try {
    files.hardLink(temporary, target);
  } catch (error) {
    if (files.kind(target) === null) throw error;
    return { state: 'moved' };
  }
  files.remove(temporary);
  return { state: 'done' };
}

/** False when somebody has removed the file meanwhile. */
function ifThere(files: Files, path: string, act: () => void): boolean {
  try {
    act();
    return true;
  } catch (error) {
    if (files.kind(path) === null) return false;
    throw error;
  }
}
