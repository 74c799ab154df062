import { once } from 'node:events';
import { openSync, writeSync } from 'node:fs';
import { ReadStream } from 'node:tty';

/**
 * Asks the person at the terminal a question, to which nothing but a yes is one: Enter, the end of input and Ctrl-C are no. The
 * terminal is opened anew, so that standard input stays as it is for whoever reads it next.
 */
export async function confirm(question: string): Promise<boolean> {
  const terminal = new ReadStream(openSync('/dev/tty', 'r'));
  const controller = new AbortController();
  const { signal } = controller;
  const answers = [
    once(terminal, 'data', { signal }).then(([line]) => isYes(String(line))),
    once(terminal, 'end', { signal }).then(refuse),
    once(process, 'SIGINT', { signal }).then(refuse),
  ];
  // Whoever sees the question may answer it at once.
  writeSync(2, `${question} [y/N] `);
  try {
    return await Promise.race(answers);
  } catch {
    // The terminal has gone.
    return false;
  } finally {
    controller.abort();
    terminal.destroy();
  }
}

/** Without Enter the cursor still stands behind the question. */
function refuse(): boolean {
  writeSync(2, '\n');
  return false;
}

function isYes(answer: string): boolean {
  return /^\s*y(?:es)?\s*$/i.test(answer);
}
