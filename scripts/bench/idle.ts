import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { pclaude } from '../../test/support/real-client.js';
import { start } from '../../test/support/run.js';
import { createSandbox } from '../../test/support/sandbox.js';
import { createStubClient } from '../../test/support/stub-client.js';
import { eventually } from '../../test/support/wait.js';
import { heading, row } from './measure.js';

const MINUTE_MS = 60_000;
/** The unit of the kernel's processor times: a hundredth of a second on every Linux. */
const TICK_MS = 10;

/** Measures what a launcher costs while its client waits for its user. */
export async function benchIdle(): Promise<void> {
  heading('a session in which nothing happens', 'over one minute');
  const sandbox = await createSandbox();
  const stub = await createStubClient(sandbox, 'echo ready\nread line || true');
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
  row(
    'processor time of the launcher / the minute',
    `${(((processorTime(session.pid) - before) / MINUTE_MS) * 100).toFixed(3)} %`,
    'under 0.2 % of a core',
  );
  session.stdin.end();
  await session.ended;
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
