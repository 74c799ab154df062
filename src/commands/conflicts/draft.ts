import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstatSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { UserError } from '../../system/errors.js';
import { ensurePrivateFolder, makeFolder } from '../../system/fs/folders.js';
import { isMissing } from '../../system/fs/fs-error.js';
import { ignoreTerminalSignals } from '../../system/process.js';

/** A text that the user edits: a private file in the state dir, which is removed when the text has been used. */
export interface Draft {
  readonly file: string;
  /** The content of the shared file when the draft was created; null if there was no such file. */
  readonly theirs: Uint8Array | null;
  /** Whether an earlier edit left it behind. */
  readonly isOld: boolean;
  /** Whether the text differs from its initial content; true for an old draft. */
  readonly isTouched: () => boolean;
  readonly remove: () => void;
}

/** The initial content of a draft. */
interface Beginning {
  readonly text: string;
  readonly theirs: Uint8Array | null;
}

/**
 * Opens the draft of a subject: the one that an earlier edit left behind, or else a new one with the file name of `path` (0600, in a folder
 * with 0700). The caller ensures that each subject has one editor at a time. Throws `state-dir-unsafe`. A crash leaves the draft, and the
 * next edit continues with it.
 */
export function openDraft(stateDir: string, subject: readonly Uint8Array[], path: string, begin: () => Beginning): Draft {
  const hash = createHash('sha256');
  for (const part of subject) hash.update(part).update('\0');
  const folder = join(ensurePrivateFolder(stateDir), `edit-${hash.digest('hex').slice(0, 16)}`);
  const [file, shared] = [join(folder, basename(path)), `${folder}.shared`];
  const remove = (): void => {
    for (const each of [folder, shared]) rmSync(each, { recursive: true, force: true });
  };
  if (lstatSync(file, { throwIfNoEntry: false })?.isFile() === true)
    return { file, theirs: readIfAny(shared), isOld: true, isTouched: () => true, remove };
  remove();
  const { text, theirs } = begin();
  makeFolder(folder);
  if (theirs !== null) writeFileSync(shared, theirs, { mode: 0o600, flag: 'wx' });
  // The text gets its final name last, so a draft with that name is complete.
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

/**
 * Opens a file in the user's editor (`$VISUAL`, `$EDITOR`, `vi`, as git chooses), and returns the content of the file after the editor has
 * exited. Ctrl-C affects only the editor. Throws `editor-failed`; the file is then as the editor left it.
 */
export function editFile(environment: NodeJS.ProcessEnv, file: string): string {
  const editor = environment['VISUAL'] || environment['EDITOR'] || 'vi';
  const heedSignals = ignoreTerminalSignals();
  try {
    // Runs through a shell, because the variable may contain arguments; the file name is passed as one argument. The shell must survive
    // Ctrl-C as well, because some shells do not replace themselves with the editor.
    const { status, signal, error } = spawnSync('sh', ['-c', `trap : INT QUIT\n${editor} "$1"`, 'sh', file], {
      stdio: 'inherit',
      env: environment,
    });
    if (status !== 0) {
      const how = error ? error.message : (signal ?? `code ${status}`);
      throw new UserError(
        'editor-failed',
        `the editor (${editor}) ended with ${how}; nothing was changed`,
        'set EDITOR to another one, or settle with --session, --shared or --both',
      );
    }
    return readFileSync(file, 'utf8');
  } finally {
    heedSignals();
  }
}
