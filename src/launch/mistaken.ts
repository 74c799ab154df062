import { isatty } from 'node:tty';
import { UserError } from '../system/errors.js';
import { report } from '../system/report.js';

/** The commands of pclaudectl that mean nothing to the client, which takes them for a prompt. */
export const COMPANION_WORDS = ['sessions', 'worktree', 'wt', 'merge', 'conflicts', 'log', 'gc', 'claim', 'release', 'claims', 'lock', 'write', 'init', 'restore'];

/**
 * Asks a person at a terminal who types `pclaude sessions` whether that is meant as a prompt, before the model is asked. Throws
 * `not-a-prompt` where it is not.
 */
export async function askIfMistaken(args: readonly string[], print: boolean): Promise<void> {
  const [word = ''] = args;
  if (print || !COMPANION_WORDS.includes(word) || !isatty(0) || !isatty(2)) return;
  const command = ['pclaudectl', ...args].join(' ').replaceAll(/\p{Cc}/gu, '?');
  report(`did you mean: ${command}?`);
  const { confirm } = await import('./others/confirm.js');
  if (!(await confirm(`pclaude: send "${word}" to Claude as a prompt?`))) throw new UserError('not-a-prompt', 'nothing was sent', `run: ${command}`);
}
