import { appendToFile, mergeIntoFile, writeFile } from '../coordination/files/write.js';
import { loadWriteContext } from '../coordination/files/writing.js';
import { waitForNamedLock } from '../coordination/named-lock.js';
import { loadStateDir } from '../session/session.js';
import { isUserError } from '../system/errors.js';

// The public library: `import { withLock } from 'pclaude'`. All its types are in this file, because its declarations are
// shipped as one file.

/** How long to wait for a lock. */
export interface LockOptions {
  /** In milliseconds. 0: do not wait. Default: wait for as long as it takes. */
  readonly timeout?: number;
  /** Ends the wait; its reason is thrown then. Code that already runs under the lock is not interrupted. */
  readonly signal?: AbortSignal;
}

/** Two of the three versions of a merge; the third is the file as it is now. */
export interface Revision {
  /** The content that you read; null: there was no file. */
  readonly base: string | Uint8Array | null;
  /** The content that you made from it. */
  readonly ours: string | Uint8Array;
}

/** The outcome of a merge. */
export type Merged =
  | { readonly outcome: 'unchanged' | 'written' }
  /**
   * The file and your version contradict each other: the file is not changed. `copy`: the path beside it at which your version is
   * kept; null for files of Claude Code that may contain secrets, of which no copy is made.
   */
  | { readonly outcome: 'conflict'; readonly copy: string | null };

/** A failure that the user can do something about. Any other error is a defect. */
export interface PclaudeError extends Error {
  /** Such as `lock-busy`, `path-unusable`, `not-written`. */
  readonly code: string;
  /** What to do about it. */
  readonly hint: string;
}

/**
 * Runs `act` under this user's lock with this name, and returns its result. The name may be any text; `pclaudectl lock NAME`
 * takes the same lock. The kernel frees the lock when the process exits, in whatever way; a stopped process keeps it. Do not take
 * the same lock inside `act`: that would wait for itself. Throws what `act` throws, the signal's reason, and a `PclaudeError` with
 * the code `lock-busy` when the time is up.
 */
export async function withLock<T>(name: string, act: () => T | Promise<T>, options: LockOptions = {}): Promise<T> {
  const stateDir = await loadStateDir(process.env);
  const { timeout = Infinity, signal } = options;
  const lock = await waitForNamedLock(stateDir, { kind: 'name', text: name }, { timeout, ...(signal ? { signal } : {}) });
  try {
    return await act();
  } finally {
    lock.release();
  }
}

/**
 * Replaces the content of a file, or creates the file. A reader sees the whole old file or the whole new one, also after a crash
 * at any moment. The new file is on the disk when this resolves. Links are followed and permissions are kept; a new file gets the
 * permissions that the umask leaves. Other writers that use pclaude, including its sessions, wait meanwhile. A failure leaves the
 * old file and throws a `PclaudeError`.
 */
export async function writeAtomic(path: string, content: string | Uint8Array): Promise<void> {
  await writeFile(await loadWriteContext(process.env), path, bytes(content));
}

/** Appends to a file, or creates it, in the way of `writeAtomic`. If the last line has no newline, one is added first. */
export async function appendAtomic(path: string, content: string | Uint8Array): Promise<void> {
  await appendToFile(await loadWriteContext(process.env), path, bytes(content));
}

/**
 * Merges your version of a file with the changes that others have made after you read it. The merge is three-way, and its driver is
 * chosen by the file's name as in sessions: JSON by key, JSON lines as a union, other text by lines. The result is written in the
 * way of `writeAtomic`. A conflict is an outcome, not an error.
 */
export async function mergeFiles(path: string, { base, ours }: Revision): Promise<Merged> {
  return mergeIntoFile(await loadWriteContext(process.env), path, { base: base === null ? null : bytes(base), ours: bytes(ours) });
}

/** Whether a thrown value is a `PclaudeError`. */
export function isPclaudeError(error: unknown): error is PclaudeError {
  return isUserError(error);
}

function bytes(content: string | Uint8Array): Uint8Array {
  return typeof content === 'string' ? Buffer.from(content) : content;
}
