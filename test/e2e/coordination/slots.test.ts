import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { type TakenNumber, takeNumber, type Wish } from '../../../src/coordination/slots.js';
import { bundled } from '../../support/bundled.js';
import { run } from '../../support/run.js';
import { createScratch, type Scratch } from '../../support/scratch.js';

describe('a number', () => {
  test('is the lowest free one', () => {
    const { take } = createNumbers();
    const [one, two, three] = [take(), take(), take()];
    expect([one, two, three].map(({ number }) => number)).toEqual([1, 2, 3]);
    two.giveBack();
    expect([take(), take()].map(({ number }) => number)).toEqual([2, 4]);
  });

  test('leaves an empty file when it is given back', () => {
    const { scratch, take } = createNumbers();
    const [one, two] = [take(), take({ owner: 'two' })];
    one.giveBack();
    expect(scratch.tree('numbers')).toEqual({ 1: '', 2: 'two' });
    two.giveBack();
    expect(scratch.tree('numbers')).toEqual({ 1: '', 2: '' });
  });

  test('is free if its owner was killed, even though the file remains', () => {
    const { scratch, take } = createNumbers();
    take({ owner: 'killed' }).lock.release();
    expect(scratch.tree('numbers')).toEqual({ 1: 'killed' });
    expect(take({ owner: 'next' }).number).toBe(1);
    expect(scratch.tree('numbers')).toEqual({ 1: 'next' });
  });

  test('that is still used is skipped, except by its own owner', () => {
    const { take } = createNumbers();
    take({ owner: 'in the background' }).lock.release();
    expect(take({ owner: 'next', isUsed }).number).toBe(2);
    expect(take({ owner: 'in the background', isUsed }).number).toBe(1);
  });

  test('that is preferred is taken if it is free', () => {
    const { take } = createNumbers();
    expect([take({ preferred: 3 }), take({ preferred: 3 }), take({ preferred: 3 })].map(({ number }) => number)).toEqual([3, 1, 2]);
  });

  test('is readable only by the user', () => {
    const { scratch, take } = createNumbers();
    take();
    expect(statSync(scratch.at('numbers')).mode & 0o777).toBe(0o700);
    expect(statSync(scratch.at('numbers/1')).mode & 0o777).toBe(0o600);
  });

  test('cannot be taken if no file can be made', () => {
    const { scratch, take } = createNumbers();
    scratch.write('numbers', 'in the way');
    expect(() => take()).toThrow('ENOTDIR');
  });
});

test('many processes that take and give back numbers at the same time never have the same one', async () => {
  const scratch = createScratch();
  scratch.folder('marks');
  const program = await bundled(fileURLToPath(new URL('churn.ts', import.meta.url)));
  const runs = Array.from({ length: 6 }, async () =>
    run(program, [scratch.at('numbers'), scratch.at('marks'), '30'], { cwd: scratch.root, env: {} }),
  );

  expect((await Promise.all(runs)).map(({ exitCode, stderr }) => ({ exitCode, stderr }))).toEqual(
    runs.map(() => ({ exitCode: 0, stderr: '' })),
  );
  expect(new Set(Object.values(scratch.tree('numbers')))).toEqual(new Set(['']));
});

/** An owner that still uses its number, although its lock is free. */
function isUsed(owner: string): boolean {
  return owner === 'in the background';
}

function createNumbers(): { scratch: Scratch; take: (wish?: Partial<Wish>) => TakenNumber } {
  const scratch = createScratch();
  return { scratch, take: (wish) => takeNumber(scratch.at('numbers'), { owner: 'someone', isUsed: () => false, ...wish }) };
}
