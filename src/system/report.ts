import { writeSync } from 'node:fs';
import { isUserError } from './errors.js';
import { hasCode, pathOf, reasonOf } from './fs/fs-error.js';
import { oneLine } from './text.js';

/** Writes one line for the user to stderr. Standard output belongs to the client. */
export function report(line: string): void {
  try {
    writeSync(2, `pclaude: ${line}\n`);
  } catch {
    // Standard error is closed: the line has no reader.
  }
}

/**
 * Handles the failure of a program. A `UserError` is reported in one line on stderr and sets its exit code. Any other error
 * is a defect: it is rethrown, and ends the process with its stack. `pclaudectl` works on files that the user names by hand,
 * so it reports a system error in one line as well.
 */
export function reportFailure(program: 'pclaude' | 'pclaudectl'): (error: unknown) => void {
  return (error) => {
    const line = isUserError(error) ? error.line : program === 'pclaudectl' ? systemErrorLine(error) : undefined;
    if (line === undefined) throw error;
    process.stderr.write(`${program}: ${line}${hasCode(error, 'ENOSPC', 'EDQUOT') ? '; free some space and try again' : ''}\n`);
    process.exitCode = isUserError(error) ? error.exitCode : 1;
  };
}

/** What cannot be used and why, in one line; undefined when the error is not a system error. */
export function systemErrorLine(error: unknown): string | undefined {
  const reason = reasonOf(error);
  if (reason === undefined) return undefined;
  const path = isAboutCwd(error) ? 'the current folder' : pathOf(error);
  return path === undefined ? reason : `cannot use ${oneLine(path)}: ${reason}`;
}

function isAboutCwd(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && error.syscall === 'uv_cwd';
}
