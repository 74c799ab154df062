import { chmodSync, lstatSync, realpathSync, statSync } from 'node:fs';
import { UserError } from '../errors.js';
import { reasonOf } from './fs-error.js';
import { makeFolder } from './make-folder.js';

/**
 * Makes sure that `folder` is there, ours, and closed to everybody else (0700); parents are made where missing.
 * Refuses, and changes nothing, when it belongs to someone else or lets others in: what it will hold are copies of
 * settings and credentials. It may be a link of ours to such a folder. Returns its real path; throws `state-dir-unsafe`.
 */
export function ensurePrivateFolder(folder: string): string {
  try {
    // The umask may have taken bits that we need ourselves.
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

/** Why a folder is not ours alone, and what to do; undefined where it is. Throws the system's errors. */
export function privateFolderTrouble(folder: string): 'missing' | { readonly what: string; readonly hint: string } | undefined {
  const stat = statSync(folder, { throwIfNoEntry: false });
  if (stat === undefined) return 'missing';
  const owner = process.getuid?.() ?? stat.uid;
  if (!stat.isDirectory()) return { what: 'is not a folder', hint: ELSEWHERE };
  // Whoever owns a link may lead it elsewhere.
  if (stat.uid !== owner || lstatSync(folder).uid !== owner) return { what: 'belongs to another user', hint: ELSEWHERE };
  return (stat.mode & 0o077) === 0 ? undefined : { what: 'is open to other users', hint: `run: chmod 700 '${folder}'` };
}
