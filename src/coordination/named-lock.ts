import { dirname, join } from 'node:path';
import { UserError } from '../system/errors.js';
import { ensurePrivateFolder, makeFolder } from '../system/fs/folders.js';
import { hashOf } from '../system/hash.js';
import { type KernelLock, type LockWait, waitForPassingLock } from '../system/kernel-lock.js';

/** The subject of a lock: a name that the user chose, or the real path of a file that pclaude writes. */
type LockSubject = { readonly kind: 'name'; readonly text: string } | { readonly kind: 'file'; readonly text: string };

/**
 * Waits for this user's lock on a name, which may be any text. It is held until it is released, or until the last process that inherited it
 * exits. Two holders in one process exclude each other as well. Throws `lock-busy` at the timeout, the signal's reason, and
 * `state-dir-unsafe`.
 */
export async function waitForNamedLock(stateDir: string, subject: LockSubject, wait: LockWait): Promise<KernelLock> {
  const file = lockFile(ensurePrivateFolder(stateDir), subject);
  makeFolder(dirname(file));
  return waitForPassingLock(file, { ...wait, busy: () => lockBusy(subject) });
}

function lockBusy({ kind, text }: LockSubject): UserError {
  const what = kind === 'name' ? `the lock "${text}" is held` : `${text} is being written`;
  return new UserError('lock-busy', `${what} by another process`, 'nothing was done; wait longer, or try again later');
}

/** The file name contains the text for people to read, and a hash of it that is different for each text. */
function lockFile(stateDir: string, { kind, text }: LockSubject): string {
  const readable = text.replaceAll(/[^A-Za-z0-9._-]+/g, '-').slice(-40);
  const hash = hashOf(text, 32);
  return join(stateDir, 'locks', kind === 'name' ? 'named' : 'files', `${readable}-${hash}`);
}
