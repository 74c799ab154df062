import { accessSync, chmodSync, constants, lstatSync, mkdirSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { UserError } from '../errors.js';
import { hasCode, isMissing, reasonOf } from './fs-error.js';

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

/** Throws `state-dir-unsafe` when a folder can neither be used nor made. Changes nothing. */
export function requireUsable(folder: string): void {
  const trouble = usableFolderTrouble(folder);
  if (trouble) throw new UserError('state-dir-unsafe', `cannot use ${folder}: ${trouble}`, `correct that, or ${ELSEWHERE}`);
}

/** Why a folder can neither be used nor made; undefined when it can, as far as that can be known without a write. */
export function usableFolderTrouble(folder: string): string | undefined {
  let there = folder;
  try {
    while (statSync(there, { throwIfNoEntry: false }) === undefined && there !== dirname(there)) there = dirname(there);
    if (!statSync(there).isDirectory()) return 'it is not a folder';
    accessSync(there, constants.R_OK | constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    const reason = reasonOf(error);
    if (reason === undefined) throw error;
    return reason;
  }
}

/**
 * Makes a folder (0700) and the folders above it, and returns whether the folder was missing. Other processes may make any
 * of them at the same moment. Node's own recursive `mkdir` reports a read-only disk as a missing file, so it cannot be used
 * when the reason is reported to the user.
 */
export function makeFolder(folder: string): boolean {
  try {
    return makeOne(folder);
  } catch (error) {
    if (!hasCode(error, 'ENOENT') || dirname(folder) === folder) throw error;
    makeFolder(dirname(folder));
    return makeOne(folder);
  }
}

function makeOne(folder: string): boolean {
  try {
    mkdirSync(folder, { mode: 0o700 });
    return true;
  } catch (error) {
    if (!isFolder(folder)) throw error;
    return false;
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
