/** Whether a thrown value is a system error with one of these codes, such as `ENOENT`. */
export function hasCode(error: unknown, ...codes: readonly string[]): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && codes.includes(error.code);
}

/** Whether an error means that nothing is at the path: there is no such file, or one of its folders is a file. */
export function isMissing(error: unknown): boolean {
  return hasCode(error, 'ENOENT', 'ENOTDIR');
}

/** Whether an error means that the disk cannot do what was asked; `more` are the other codes with which this call says so. */
export function isUnsupported(error: unknown, ...more: readonly string[]): boolean {
  return hasCode(error, 'EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', ...more);
}

/** The reason of a system error in plain words, for a message to the user; undefined for any other error. */
export function reasonOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  if (!/^E[A-Z0-9]+$/.test(error.code)) return undefined; // an error of pclaude, or Node's ERR_… for a wrong call
  return REASONS[error.code] ?? error.code;
}

/**
 * The path that a system error is about. An error of a call with two paths, such as a copy or a link, names both; the new
 * path is the one that failed, except when the source of a copy cannot be read.
 */
export function pathOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const made = 'dest' in error && typeof error.dest === 'string' ? error.dest : undefined;
  const given = 'path' in error && typeof error.path === 'string' ? error.path : undefined;
  const unreadable = 'syscall' in error && error.syscall === 'copyfile' && !hasCode(error, 'ENOSPC', 'EDQUOT', 'EROFS');
  return unreadable ? given : (made ?? given);
}

const REASONS: Readonly<Record<string, string>> = {
  E2BIG: 'the arguments are too long',
  EACCES: 'permission denied',
  EBUSY: 'something is mounted there, or it is in use',
  EDQUOT: 'the disk quota is used up',
  EEXIST: 'a file stands where a folder is needed',
  EFBIG: 'it is too large',
  EFTYPE: 'it is not a plain file',
  EIO: 'the disk reports an error',
  EISDIR: 'it is a folder',
  ELOOP: 'a link leads back to itself',
  EMFILE: 'too many open files',
  ENAMETOOLONG: 'the name is too long',
  ENOENT: 'there is no such file',
  ENOEXEC: 'it is no program for this system',
  ENOLCK: 'the disk offers no locks',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a file stands where a folder is needed',
  EPERM: 'not permitted',
  EROFS: 'the disk is read-only',
  EXDEV: 'something is mounted there',
};

/**
 * Calls `act` and returns its result; undefined when nothing is at the path. Throws all other errors: a caller that took
 * another failed read for an absent file would delete the file.
 */
export function unlessMissing<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
