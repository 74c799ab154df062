import { expect, it } from 'vitest';
import { bounded } from '../../../src/system/attempt.js';

it('bounded runs this many acts at once, and no more', async () => {
  const open: (() => void)[] = [];
  const begun: number[] = [];
  const done = bounded([1, 2, 3, 4, 5], 2, async (item) => {
    begun.push(item);
    await new Promise<void>((resolve) => open.push(resolve));
    return item * 10;
  });
  expect(begun).toEqual([1, 2]);
  while (begun.length < 5 || open.length > 0) {
    open.pop()?.();
    await new Promise((resolve) => setImmediate(resolve));
    expect(open.length).toBeLessThanOrEqual(2);
  }
  expect(await done).toEqual([10, 20, 30, 40, 50]);
});

it('bounded handles an empty list, and an act that fails', async () => {
  expect(await bounded([], 3, async () => 1)).toEqual([]);
  await expect(bounded([1], 3, async () => Promise.reject(new Error('no')))).rejects.toThrow('no');
});
