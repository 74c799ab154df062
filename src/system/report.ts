import { writeSync } from 'node:fs';

/** Writes one line for the user to stderr. Standard output belongs to the client. */
export function report(line: string): void {
  try {
    writeSync(2, `pclaude: ${line}\n`);
  } catch {
    // Standard error is closed: the line has no reader.
  }
}
