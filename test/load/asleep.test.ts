import { expect, test } from 'vitest';
import { leftovers } from '../support/leftovers.js';
import { eventually } from '../support/wait.js';
import { createUser, ready } from '../support/working-client.js';

/**
 * As long as a laptop may sleep: longer than the client takes its own lock for stale (10 s), and longer than the lock timeouts of pclaude.
 */
const ASLEEP_MS = 60_000;

test('a launcher that is stopped for a minute blocks no other session, and merges the changes of its client when it continues', {
  timeout: 240_000,
}, async () => {
  const { sandbox, launch, settings } = await createUser();
  const sleeper = launch();
  await ready(sleeper);
  await eventually(() => JSON.stringify(settings()).includes('early'), 'the first setting is shared');
  sleeper.kill('SIGSTOP');
  const stopped = performance.now();
  await sandbox.write('go', '');
  // Meanwhile other sessions start and end, and change the same file.
  await eventually(
    async () => {
      expect(await launch().ended).toMatchObject({ exitCode: 0 });
      return performance.now() - stopped > ASLEEP_MS;
    },
    'a minute is over',
    { timeout: 2 * ASLEEP_MS, interval: 5_000 },
  );
  sleeper.kill('SIGCONT');
  expect(await sleeper.ended).toMatchObject({ exitCode: 0, stderr: '' });
  expect(settings()).toEqual({ first: 1, early: 1, late: 1 });
  // A program that a client had started may outlive it for a moment; the next launch then closes the session.
  const launched = async (): Promise<boolean> => (await launch().ended).exitCode === 0 && (await leftovers(sandbox)).length === 0;
  await eventually(launched, 'nothing remains', { timeout: 30_000 });
});
