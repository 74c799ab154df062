import { isatty } from 'node:tty';
import { UserError } from '../system/errors.js';
import { report } from '../system/report.js';

/** The commands of pclaudectl that the client does not have, and takes for a prompt. A test compares them with the registered commands. */
export const PCLAUDECTL_WORDS = [
  'sessions',
  'worktree',
  'wt',
  'merge',
  'conflicts',
  'log',
  'gc',
  'claim',
  'release',
  'claims',
  'lock',
  'write',
  'init',
  'restore',
];

/**
 * Asks a user at a terminal who types `pclaude sessions` whether it is meant as a prompt, before it is sent to the model. Throws
 * `not-a-prompt` when it is not.
 */
export async function askIfMistaken(args: readonly string[], print: boolean): Promise<void> {
  const [word = ''] = args;
  if (print || !PCLAUDECTL_WORDS.includes(word) || !isatty(0) || !isatty(2)) return;
  const command = ['pclaudectl', ...args].join(' ').replaceAll(/\p{Cc}/gu, '?');
  report(`did you mean: ${command}?`);
  const { confirm } = await import('./confirm.js');
  if (!(await confirm(`pclaude: send "${word}" to Claude as a prompt?`)))
    throw new UserError('not-a-prompt', 'nothing was sent', `run: ${command}`);
}
