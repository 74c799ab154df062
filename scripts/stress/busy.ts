import { type LiveChild, start } from '../../test/support/run.js';
import type { Sandbox } from '../../test/support/sandbox.js';

/** Longer than any launch, in ms. */
const TIMEOUT = 3_600_000;

/** Runs at full speed until its parent has exited, so that a killed script leaves no loop behind. */
const LOOP = 'const parent = process.ppid; while (process.ppid === parent);';

/** Starts processes that use all processor time they can get. `endBusyLoops` or the end of the test ends them. */
export function startBusyLoops(count: number, sandbox: Sandbox): LiveChild[] {
  const loop = { name: 'busy loop', file: process.execPath, args: ['-e', LOOP], env: {} };
  return Array.from({ length: count }, () => start(loop, [], { cwd: sandbox.home, env: sandbox.env(), timeout: TIMEOUT }));
}

/** Kills these loops and waits for their exit. */
export async function endBusyLoops(loops: readonly LiveChild[]): Promise<void> {
  for (const loop of loops) loop.kill('SIGKILL');
  await Promise.all(loops.map(async ({ exit }) => exit));
}
