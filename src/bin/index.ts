import { loadStore, sharedFromHere } from '../session/open-store.js';
import { isUserError } from '../system/errors.js';
import { mergeIntoFile } from '../coordination/files/merge-file.js';
import { waitForNamedLock } from '../coordination/files/named-lock.js';
import { appendToFile, writeFile } from '../coordination/files/write.js';
import type { Desk } from '../coordination/files/writing.js';

// What other programs may use: `import { withLock } from 'pclaude'`. Its types are all in this file, since its declarations
// are shipped as one.

/** How long to wait for a lock. */
export interface LockOptions {
  /** In milliseconds; 0: not at all. Without it for as long as it takes. */
  readonly timeout?: number;
  /** Ends the waiting, and is thrown then; what runs under the lock is not interrupted. */
  readonly signal?: AbortSignal;
}

/** What a merge is made of, beside the file as it is now. */
export interface Revision {
  /** What you have read; null: there was no file. */
  readonly base: string | Uint8Array | null;
  /** What you have made of it. */
  readonly ours: string | Uint8Array;
}

/** What came of a merge. */
export type Merged =
  | { readonly outcome: 'unchanged' | 'written' }
  /**
   * The file and yours contradict each other: the file stands as it is. `copy`: the path beside it where yours is kept; null for
   * files of Claude Code that may hold secrets, of which no copy is made.
   */
  | { readonly outcome: 'conflict'; readonly copy: string | null };

/** A failure that a person can do something about; all else that is thrown is a defect. */
export interface PclaudeError extends Error {
  /** Such as `lock-busy`, `path-unusable`, `not-written`. */
  readonly code: string;
  /** What to do. */
  readonly hint: string;
}

/**
 * Runs `act` while nobody else of this user holds the lock of this name, which may be any text, and returns what it returns.
 * `pclaudectl lock NAME` takes the same lock. The kernel frees it when the process ends in any way; a process that was stopped
 * keeps it. Not to be taken again inside `act`: that would wait for itself. Throws what `act` throws, the reason of the signal,
 * and a `PclaudeError` with the code `lock-busy` when the time is up.
 */
export async function withLock<T>(name: string, act: () => T | Promise<T>, options: LockOptions = {}): Promise<T> {
  const { stateDir } = await loadStore(process.env);
  const { timeout = Infinity, signal } = options;
  const lock = await waitForNamedLock(stateDir, { kind: 'name', text: name }, { timeout, ...(signal ? { signal } : {}) });
  try {
    return await act();
  } finally {
    lock.release();
  }
}

/**
 * Gives a file a new content, or makes it. Whoever reads it, and a crash at any moment, sees the old or the new file, whole; it
 * is on the disk when this resolves. Links are followed, permissions are kept, a new file gets what the umask leaves. Other
 * writers of pclaude, its sessions too, wait meanwhile. A failure leaves the old file, and throws a `PclaudeError`.
 */
export async function writeAtomic(path: string, content: string | Uint8Array): Promise<void> {
  await writeFile(await desk(), path, bytes(content));
}

/** Adds to the end of a file in the same way, or makes it. Where its last line has no end, it gets one before. */
export async function appendAtomic(path: string, content: string | Uint8Array): Promise<void> {
  await appendToFile(await desk(), path, bytes(content));
}

/**
 * Merges what you have made of a file with what others have made of it since you read it, three-way, by its name and as sessions
 * do: JSON by key, JSON lines as a union, other text by lines. Written in the same way. A conflict is an outcome, no error.
 */
export async function mergeFiles(path: string, { base, ours }: Revision): Promise<Merged> {
  return mergeIntoFile(await desk(), path, { base: base === null ? null : bytes(base), ours: bytes(ours) });
}

/** Whether something that was thrown is a failure that a person can do something about. */
export function isPclaudeError(error: unknown): error is PclaudeError {
  return isUserError(error);
}

async function desk(): Promise<Desk> {
  const { env: environment } = process;
  return { ...(await loadStore(environment)), environment, shared: sharedFromHere(environment) };
}

function bytes(content: string | Uint8Array): Uint8Array {
  return typeof content === 'string' ? Buffer.from(content) : content;
}
