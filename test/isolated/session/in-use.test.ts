import { expect, it } from 'vitest';
import { isInUse } from '../../../src/session/locks.js';
import { thisMoment } from '../../../src/system/process-environment.js';
import { leftRunning } from '../../support/left-running.js';
import { createScratch } from '../../support/scratch.js';

it('isInUse: by a daemon', () => {
  const scratch = createScratch();
  scratch.folder('home');
  expect(isInUse(scratch.at('home'))).toBe(false);
  scratch.write('home/daemon.lock', JSON.stringify({ pid: process.pid }));
  expect(isInUse(scratch.at('home'))).toBe(true);
});

it.runIf(process.platform === 'linux')('isInUse: by a process that was started in it', async () => {
  const scratch = createScratch();
  const since = thisMoment();
  const end = await leftRunning(scratch.folder('home'));
  expect(isInUse(scratch.at('home'))).toBe(true);
  expect(isInUse(scratch.at('home'), since)).toBe(true);
  expect(isInUse(scratch.folder('hom'))).toBe(false);
  await end();
  expect(isInUse(scratch.at('home'))).toBe(false);
});
