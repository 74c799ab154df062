import { readFileSync, statSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { overwrite } from '../../../../src/coordination/files/replace.js';
import { createScratch } from '../../../support/scratch.js';

/** The path on which something is mounted: no other file can replace it. */
const mount = vi.hoisted(() => ({ path: '', code: '', refused: new Array<string>() }));

const refuse = vi.hoisted(() => (call: string, path: string): void => {
  if (path !== mount.path) return;
  mount.refused.push(call);
  throw Object.assign(new Error(mount.code), { code: mount.code });
});

vi.mock(import('node:fs'), async (load) => {
  const real = await load();
  const renameSync: typeof real.renameSync = (from, to) => {
    refuse('rename', String(to));
    real.renameSync(from, to);
  };
  return { ...real, renameSync };
});

vi.mock(import('../../../../src/system/platform.js'), async (load) => {
  const real = await load();
  const swapSync = (other: string, path: string): void => {
    refuse('exchange', path);
    real.addon().swapSync(other, path);
  };
  const addon: typeof real.addon = () => ({ ...real.addon(), swapSync });
  return { ...real, addon };
});

test.each(['EBUSY', 'EXDEV'])('a file on which something is mounted, and for which the system reports %s, is written in place', (code) => {
  const scratch = createScratch();
  Object.assign(mount, { path: scratch.write('settings.json', 'old and longer'), code, refused: [] });
  const { ino } = statSync(mount.path);
  overwrite(scratch.at('state'), mount.path, Buffer.from('new'));
  expect([readFileSync(mount.path, 'utf8'), statSync(mount.path).ino, scratch.temporaries()]).toEqual(['new', ino, []]);
  expect(mount.refused).toEqual(['rename', 'exchange']);
});

test('another error ends the write, and the file is unchanged', () => {
  const scratch = createScratch();
  Object.assign(mount, { path: scratch.write('settings.json', 'old'), code: 'EIO', refused: [] });
  expect(() => overwrite(scratch.at('state'), mount.path, Buffer.from('new'))).toThrow('EIO');
  expect([readFileSync(mount.path, 'utf8'), scratch.temporaries(), mount.refused]).toEqual(['old', [], ['rename']]);
});
