import { isKnownError } from './errors.js';

/**
 * The end of a program that failed: a known error is one line on stderr and its exit code; anything else is a defect,
 * and ends the process with its stack.
 */
export function reportFailure(program: 'pclaude' | 'pclaudectl'): (error: unknown) => void {
  return (error) => {
    if (!isKnownError(error)) throw error;
    process.stderr.write(`${program}: ${error.line}\n`);
    process.exitCode = error.exitCode;
  };
}
