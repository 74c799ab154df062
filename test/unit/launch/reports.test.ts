import { statSync } from 'node:fs';
import { expect, it } from 'vitest';
import { newLockReachLine } from '../../../src/launch/reports.js';
import { realFiles } from '../../../src/system/files/real-files.js';
import { tryKernelLock } from '../../../src/system/kernel-lock.js';
import { createScratch } from '../../support/scratch.js';

it('warns once for each disk that locks do not reach other machines', () => {
  const { root, at, folder } = createScratch();
  folder('disk/state');
  const lineFor = (point: string): string | undefined =>
    newLockReachLine(realFiles, at('disk/state'), at('held'), `90 21 0:48 / ${point} rw - nfs4 server:/export rw,local_lock=all`);
  const said = (point: string): string =>
    `${at('disk/state')} is on ${point}, where locks do not reach other machines: use it from one machine only, or see pclaudectl doctor`;
  expect([root, root, at('disk'), at('disk'), '/elsewhere'].map(lineFor)).toEqual([
    said(root),
    undefined,
    said(at('disk')),
    undefined,
    undefined,
  ]);
  expect(statSync(at('disk/state/lock-reach')).mode & 0o777).toBe(0o600);
});

it('warns once that locks exclude nothing, if a lock of this process can be taken again', () => {
  const { at, write } = createScratch();
  const held = write('state/sessions/x/launcher', '');
  const line = (): string | undefined => newLockReachLine(realFiles, at('state'), held, '');
  const lock = tryKernelLock(held);
  expect(line()).toBeUndefined();
  lock?.release();
  expect([line(), line()]).toEqual([
    `${at('state')} is on a disk where locks exclude nothing, so sessions can overwrite each other: set PCLAUDE_STATE_DIR to a local folder; see pclaudectl doctor`,
    undefined,
  ]);
});
