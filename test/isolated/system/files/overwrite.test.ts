import { readFileSync, writeFileSync } from 'node:fs';
import { beforeEach, expect, test, vi } from 'vitest';
import { overwrite } from '../../../../src/system/files/in-place.js';
import { createScratch } from '../../../support/scratch.js';

/** The calls that change a file, and the number, from 1, of the call at which the disk fails. */
const disk = vi.hoisted(() => ({ calls: new Array<string>(), failsAt: 0 }));

const note = vi.hoisted(() => (call: string): void => {
  if (disk.calls.push(call) === disk.failsAt) throw Object.assign(new Error('EIO'), { code: 'EIO' });
});

vi.mock(import('node:fs'), async (load) => {
  const real = await load();
  const writeSync = new Proxy(real.writeSync, {
    apply(write, self, args) {
      note('write');
      return Reflect.apply(write, self, args);
    },
  });
  const ftruncateSync: typeof real.ftruncateSync = (...args) => {
    note('truncate');
    real.ftruncateSync(...args);
  };
  const fsyncSync: typeof real.fsyncSync = (...args) => {
    note('fsync');
    real.fsyncSync(...args);
  };
  return { ...real, writeSync, ftruncateSync, fsyncSync };
});

beforeEach(() => {
  Object.assign(disk, { calls: [], failsAt: 0 });
});

const [BEFORE, AFTER] = [Buffer.from('old and longer'), Buffer.from('new')];
const ALL = ['write', 'truncate', 'fsync'];

function file(): string {
  return createScratch().write('file', BEFORE.toString());
}

test('a file is forced to the disk when all of it is written', () => {
  const path = file();
  expect([overwrite(path, BEFORE, AFTER), readFileSync(path, 'utf8'), disk.calls]).toEqual([true, 'new', ALL]);
});

test.each([1, 2, 3])('the old content of a file is restored, also on the disk, if call %d of a write fails', (failsAt) => {
  const path = file();
  disk.failsAt = failsAt;
  expect(() => overwrite(path, BEFORE, AFTER)).toThrow('EIO');
  expect([readFileSync(path, 'utf8'), disk.calls]).toEqual([BEFORE.toString(), [...ALL.slice(0, failsAt), ...ALL]]);
});

test('nothing is written into a file that has other content', () => {
  const path = file();
  writeFileSync(path, 'something else');
  expect([overwrite(path, BEFORE, AFTER), readFileSync(path, 'utf8'), disk.calls]).toEqual([false, 'something else', []]);
});
