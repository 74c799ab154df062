import { chmodSync, lstatSync, realpathSync, statSync } from 'node:fs';
import { KnownError } from './errors.js';
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
    throw new KnownError('state-dir-unsafe', `cannot make ${folder}: ${reasonOf(error) ?? 'unknown error'}`, 'set PCLAUDE_STATE_DIR to a folder of yours', { cause: error });
  }
  const stat = statSync(folder);
  const owner = process.getuid?.() ?? stat.uid;
  if (!stat.isDirectory()) refuse(folder, 'is not a folder', 'set PCLAUDE_STATE_DIR to a folder of yours');
  // Whoever owns a link may lead it elsewhere.
  if (stat.uid !== owner || lstatSync(folder).uid !== owner) refuse(folder, 'belongs to another user', 'set PCLAUDE_STATE_DIR to a folder of yours');
  if ((stat.mode & 0o077) !== 0) refuse(folder, 'is open to other users', `run: chmod 700 '${folder}'`);
  return realpathSync.native(folder);
}

function refuse(folder: string, what: string, wayOut: string): never {
  throw new KnownError('state-dir-unsafe', `${folder} ${what}`, wayOut);
}
