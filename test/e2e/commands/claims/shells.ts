import { pclaudectl } from '../../../support/real-client.js';
import { type LiveChild, start } from '../../../support/run.js';
import { eventually } from '../../../support/wait.js';
import type { Companion } from '../../../support/companion.js';

/** A shell in which the companion program was run, and which lives on. */
export interface Shell {
  readonly child: LiveChild;
  /** The exit code of the program, once it has ended. */
  readonly code: () => Promise<number>;
}

/** Starts one that runs the program once, and then waits. It is the parent of the program. */
export function openShell({ scratch, env }: Companion, ...args: string[]): Shell {
  const { file, args: before } = pclaudectl;
  const shell = { name: 'sh', file: '/bin/sh', args: ['-c', '"$0" "$@"; echo "code $?."; read line', file, ...before], env: {} };
  const child = start(shell, args, { cwd: scratch.root, env, input: { open: true } });
  return {
    child,
    code: async () =>
      Number(
        await eventually(() => /code (\d+)\./.exec(child.stdout().toString())?.[1], `the end of ${args.join(' ')}`, { timeout: 60_000 }),
      ),
  };
}
