import { expect, test } from 'vitest';
import { leftovers } from '../support/leftovers.js';
import { eventually } from '../support/wait.js';
import { person, ready } from '../support/working-client.js';

/** As a laptop sleeps: longer than the client takes its own lock for left behind (10 s), and than we wait for anybody. */
const ASLEEP_MS = 60_000;

test('a launcher that is stopped for a minute holds nobody up, and merges what its client did when it wakes up', {
  timeout: 240_000,
}, async () => {
  const { sandbox, launch, settings } = await person();
  const sleeper = launch();
  await ready(sleeper);
  await eventually(() => JSON.stringify(settings()).includes('early'), 'the first setting is shared');
  sleeper.kill('SIGSTOP');
  const stopped = performance.now();
  await sandbox.write('go', '');
  // Others come and go meanwhile, and change the same file.
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
  // A program that a client had started may outlive it for a moment; then the next launch closes the session.
  const launched = async (): Promise<boolean> => (await launch().ended).exitCode === 0 && (await leftovers(sandbox)).length === 0;
  await eventually(launched, 'nothing is left', { timeout: 30_000 });
});
