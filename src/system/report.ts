import { writeSync } from 'node:fs';

/** One line for the person at the terminal. Standard output belongs to the client. */
export function report(line: string): void {
  try {
    writeSync(2, `pclaude: ${line}\n`);
  } catch {
    // Nobody can read it: standard error is closed.
  }
}
