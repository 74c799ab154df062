import { pclaudectl } from '../../../support/real-client.js';
import { type LiveChild, start } from '../../../support/run.js';
import { eventually } from '../../../support/wait.js';
import type { CtlFixture } from '../../../support/ctl-fixture.js';

/** A shell in which pclaudectl was run, and which continues to run. */
export interface Shell {
  readonly child: LiveChild;
  /** The exit code of pclaudectl, once it has exited. */
  readonly code: () => Promise<number>;
}

/** Starts a shell that runs pclaudectl once, and then waits. It is the parent of pclaudectl. */
export function openShell({ scratch, env }: CtlFixture, ...args: string[]): Shell {
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
