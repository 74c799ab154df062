import { createHash } from 'node:crypto';
import { lstatSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isMissing } from '../../system/fs/fs-error.js';
import { makeFolder } from '../../system/fs/make-folder.js';
import { ensurePrivateFolder } from '../../system/fs/private-folder.js';

/** A text that a person edits: a private file in the state dir, until what it is for has been done. */
export interface Draft {
  readonly file: string;
  /** What the shared file held when the draft was begun; null: there was none. */
  readonly theirs: Uint8Array | null;
  /** It was left behind by an earlier edit. */
  readonly isOld: boolean;
  /** Whether it holds something else than the text that it began with; true for an old one. */
  readonly isTouched: () => boolean;
  readonly remove: () => void;
}

/** With what a draft begins. */
interface Beginning {
  readonly text: string;
  readonly theirs: Uint8Array | null;
}

/**
 * The draft of this subject: the one that an earlier edit left behind, or else a new one (0600, in a folder that is 0700), which is
 * named after `path`. The caller sees to it that there is only one at a time. Throws `state-dir-unsafe`. A crash leaves the draft,
 * and the next edit goes on with it.
 */
export function openDraft(stateDir: string, subject: readonly Uint8Array[], path: string, begin: () => Beginning): Draft {
  const hash = createHash('sha256');
  for (const part of subject) hash.update(part).update('\0');
  const folder = join(ensurePrivateFolder(stateDir), `edit-${hash.digest('hex').slice(0, 16)}`);
  const [file, shared] = [join(folder, basename(path)), `${folder}.shared`];
  const remove = (): void => {
    for (const each of [folder, shared]) rmSync(each, { recursive: true, force: true });
  };
  if (lstatSync(file, { throwIfNoEntry: false })?.isFile() === true) return { file, theirs: readIfAny(shared), isOld: true, isTouched: () => true, remove };
  remove();
  const { text, theirs } = begin();
  makeFolder(folder);
  if (theirs !== null) writeFileSync(shared, theirs, { mode: 0o600, flag: 'wx' });
  // The text gets its name last: where that is, the draft is whole.
  writeFileSync(join(folder, '.new'), text, { mode: 0o600, flag: 'wx' });
  renameSync(join(folder, '.new'), file);
  return { file, theirs, isOld: false, isTouched: () => readIfAny(file)?.equals(Buffer.from(text)) === false, remove };
}

function readIfAny(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}
