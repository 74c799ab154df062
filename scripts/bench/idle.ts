import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { openHomes } from '../../test/support/project.js';
import { pclaude } from '../../test/support/real-client.js';
import { start } from '../../test/support/run.js';
import { createSandbox } from '../../test/support/sandbox.js';
import { createStubClient } from '../../test/support/stub-client.js';
import { eventually } from '../../test/support/wait.js';
import { type Case, expectThat, type Part } from './part.js';

const MINUTE_MS = 60_000;
/** The unit of the kernel's processor times: a hundredth of a second on every Linux. */
const TICK_MS = 10;

/** What a launcher costs while its client waits for its user. */
export const idle: Part = {
  title: 'A session in which nothing happens, over one minute',
  rounds: 1,
  warmUp: 0,
  rows: [
    {
      id: 'idle',
      what: 'processor time of a launcher whose client waits for its user',
      unit: 'percent',
      goal: 'under 0.2 of a core',
      of: 'waiting.percent',
    },
  ],
  open: async () => [await waiting()],
};

async function waiting(): Promise<Case> {
  const sandbox = await createSandbox();
  const stub = await createStubClient(sandbox, 'echo ready\nread line\necho ended');
  return {
    name: 'waiting',
    async measure() {
      const session = start(pclaude, ['-p', 'hello'], {
        cwd: sandbox.home,
        env: sandbox.env({ extra: stub.env }),
        input: { open: true },
        timeout: 2 * MINUTE_MS,
      });
      await eventually(() => session.stdout().length > 0, 'the client');
      // Code that is loaded while the client runs belongs to the launch.
      await delay(5_000);
      const before = processorTime(session.pid);
      await delay(MINUTE_MS);
      const used = processorTime(session.pid) - before;
      session.stdin.end('go on\n');
      const { stdout, exitCode } = await session.ended;
      expectThat(exitCode === 0 && stdout.toString() === 'ready\nended\n', `the client did not wait: ${stdout.toString()}`);
      return { percent: (used / MINUTE_MS) * 100 };
    },
    verify: async () => expectThat((await openHomes(sandbox)).length === 0, 'the session was not closed'),
  };
}

/** User and system time of the process, in ms. */
function processorTime(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field is the program's name in parentheses and may contain blanks, so fields are counted after it.
  const [user, system] = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13);
  return (Number(user) + Number(system)) * TICK_MS;
}
