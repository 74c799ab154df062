import { once } from 'node:events';
import { openSync, writeSync } from 'node:fs';
import { ReadStream } from 'node:tty';

/**
 * Asks the user at the terminal a question. Only `y` or `yes` returns true; Enter, the end of input and Ctrl-C return false. The terminal
 * is opened anew, so that standard input stays unread for the next reader.
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
  // Written after the listeners are set, because the user may answer at once.
  writeSync(2, `${question} [y/N] `);
  try {
    return await Promise.race(answers);
  } catch {
    // The terminal was closed.
    return false;
  } finally {
    controller.abort();
    terminal.destroy();
  }
}

/** Without Enter the cursor is still behind the question. */
function refuse(): boolean {
  writeSync(2, '\n');
  return false;
}

function isYes(answer: string): boolean {
  return /^\s*y(?:es)?\s*$/i.test(answer);
}
