import { type LiveChild, start } from '../../test/support/run.js';
import type { Sandbox } from '../../test/support/sandbox.js';

/** Longer than any launch, in ms. */
const TIMEOUT = 3_600_000;

/** Does nothing at full speed, until its parent has gone. */
const LOOP = 'const parent = process.ppid; while (process.ppid === parent);';

/** Starts loops that take all processor time they get. They end with the test, or when `endBusyLoops` ends them. */
export function startBusyLoops(count: number, sandbox: Sandbox): LiveChild[] {
  const loop = { name: 'busy loop', file: process.execPath, args: ['-e', LOOP], env: {} };
  return Array.from({ length: count }, () => start(loop, [], { cwd: sandbox.home, env: sandbox.env(), timeout: TIMEOUT }));
}

/** Ends these loops and waits until they are gone. */
export async function endBusyLoops(loops: readonly LiveChild[]): Promise<void> {
  for (const loop of loops) loop.kill('SIGKILL');
  await Promise.all(loops.map(async ({ exit }) => exit));
}
