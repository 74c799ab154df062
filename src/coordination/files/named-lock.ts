import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { isUserError, UserError } from '../../system/errors.js';
import type { KernelLock, LockWait } from '../../system/locks/kernel-lock.js';
import { makeFolder } from '../../system/fs/make-folder.js';
import { waitForPassingLock } from '../../system/locks/passing-lock.js';
import { ensurePrivateFolder } from '../../system/fs/private-folder.js';

/** What a lock is for: one that a user names, or one around a file that we write, by its real path. */
export type LockSubject = { readonly kind: 'name'; readonly text: string } | { readonly kind: 'file'; readonly text: string };

/**
 * Waits for the lock of this user with a name, which may be any text. It is held until it is released, or the last process that
 * inherited it ends. Two holders of one process exclude each other, too. Throws `lock-busy` when the time is up, the signal's
 * reason, and `state-dir-unsafe`.
 */
export async function waitForNamedLock(stateDir: string, subject: LockSubject, wait: LockWait): Promise<KernelLock> {
  const file = lockFile(ensurePrivateFolder(stateDir), subject);
  makeFolder(dirname(file));
  try {
    return await waitForPassingLock(file, wait);
  } catch (error) {
    if (!isUserError(error) || error.code !== 'lock-busy') throw error;
    const what = subject.kind === 'name' ? `the lock "${subject.text}" is held` : `${subject.text} is being written`;
    throw new UserError('lock-busy', `${what} by another process`, 'nothing was done; wait longer, or try again later', { cause: error });
  }
}

/** The text for people who look, and a hash of it that no two texts share. */
function lockFile(stateDir: string, { kind, text }: LockSubject): string {
  const readable = text.replaceAll(/[^A-Za-z0-9._-]+/g, '-').slice(-40);
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 32);
  return join(stateDir, 'locks', kind === 'name' ? 'named' : 'files', `${readable}-${hash}`);
}
