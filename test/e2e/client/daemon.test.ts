import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { hasDaemon } from '../../../src/client/jobs.js';
import { processStart } from '../../../src/system/process.js';
import { createScratch } from '../../support/scratch.js';

const ended = spawnSync(process.execPath, ['-e', '0']).pid;

it.each<readonly [what: string, lock: string | undefined, is: boolean]>([
  ['no lock', undefined, false],
  ['a running process', JSON.stringify({ pid: process.pid, procStart: processStart(process.pid) }), true],
  ['a running process of a client that does not record its start', JSON.stringify({ pid: process.pid }), true],
  ['a process that has exited', JSON.stringify({ pid: ended, procStart: '1' }), false],
  ['a pid that another process has now', JSON.stringify({ pid: process.pid, procStart: 'another' }), false],
  ['half a lock', '{"pid": 1', false],
  ['a lock of another kind', '[]', false],
])('hasDaemon: %s', (_, lock, is) => {
  const scratch = createScratch();
  scratch.folder('home');
  if (lock !== undefined) scratch.write('home/daemon.lock', lock);
  expect(hasDaemon(scratch.at('home'))).toBe(is);
});
