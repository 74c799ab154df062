import { chmodSync, lstatSync, realpathSync, statSync } from 'node:fs';
import { UserError } from '../errors.js';
import { reasonOf } from './fs-error.js';
import { makeFolder } from './make-folder.js';

/**
 * Ensures that `folder` exists, belongs to this user, and is closed to all other users (0700); missing parents are made.
 * Refuses, and changes nothing, when the folder belongs to another user or is open to others: it will contain copies of
 * settings and credentials. The path may be a link of this user's to such a folder. Returns its real path. Throws
 * `state-dir-unsafe`.
 */
export function ensurePrivateFolder(folder: string): string {
  try {
    // The umask may have removed bits that this process needs.
    if (makeFolder(folder)) chmodSync(folder, 0o700);
  } catch (error) {
    throw new UserError('state-dir-unsafe', `cannot make ${folder}: ${reasonOf(error) ?? 'unknown error'}`, ELSEWHERE, { cause: error });
  }
  const trouble = privateFolderTrouble(folder);
  if (trouble === 'missing') throw new UserError('state-dir-unsafe', `${folder} is not there`, ELSEWHERE);
  if (trouble) throw new UserError('state-dir-unsafe', `${folder} ${trouble.what}`, trouble.hint);
  return realpathSync.native(folder);
}

const ELSEWHERE = 'set PCLAUDE_STATE_DIR to a folder of yours';

/** Why a folder is not private to this user, and what to do; undefined when it is private. Throws the system's errors. */
export function privateFolderTrouble(folder: string): 'missing' | { readonly what: string; readonly hint: string } | undefined {
  const stat = statSync(folder, { throwIfNoEntry: false });
  if (stat === undefined) return 'missing';
  const owner = process.getuid?.() ?? stat.uid;
  if (!stat.isDirectory()) return { what: 'is not a folder', hint: ELSEWHERE };
  // The owner of a link can point it elsewhere.
  if (stat.uid !== owner || lstatSync(folder).uid !== owner) return { what: 'belongs to another user', hint: ELSEWHERE };
  return (stat.mode & 0o077) === 0 ? undefined : { what: 'is open to other users', hint: `run: chmod 700 '${folder}'` };
}
