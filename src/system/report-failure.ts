import { isUserError } from './errors.js';
import { hasCode, pathOf, reasonOf } from './fs/fs-error.js';

/**
 * The end of a program that failed: a known error is one line on stderr and its exit code; anything else is a defect,
 * and ends the process with its stack. The companion works on whatever a user has, by hand: there an error of the system
 * is one line, too.
 */
export function reportFailure(program: 'pclaude' | 'pclaudectl'): (error: unknown) => void {
  return (error) => {
    const line = isUserError(error) ? error.line : program === 'pclaudectl' ? systemErrorLine(error) : undefined;
    if (line === undefined) throw error;
    process.stderr.write(`${program}: ${line}${hasCode(error, 'ENOSPC', 'EDQUOT') ? '; free some space and try again' : ''}\n`);
    process.exitCode = isUserError(error) ? error.exitCode : 1;
  };
}

/** What cannot be used and why, in one line; undefined for anything that is no error of the system. */
export function systemErrorLine(error: unknown): string | undefined {
  const reason = reasonOf(error);
  if (reason === undefined) return undefined;
  const path = isAboutCwd(error) ? 'the current folder' : pathOf(error);
  // A path may hold a newline.
  return path === undefined ? reason : `cannot use ${path.replaceAll(/\s*[\r\n]\s*/g, ' ')}: ${reason}`;
}

function isAboutCwd(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && error.syscall === 'uv_cwd';
}
