import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createDebouncer, dueAt, LIVE_SYNC_TIMES } from '../../../../src/sync/watch/debouncer.js';

describe('dueAt', () => {
  it.each([
    ['a moment after a change', { now: 1_000, first: 1_000, rested: 0 }, 1_250],
    ['no later than about a second after the first of many', { now: 1_700, first: 1_000, rested: 0 }, 1_750],
    ['not before the cooldown after the last sync', { now: 1_000, first: 1_000, rested: 3_000 }, 3_000],
  ] as const)('is %s', (_what, { now, first, rested }, due) => {
    expect(dueAt(LIVE_SYNC_TIMES, now, first, rested)).toBe(due);
  });
});

describe('createDebouncer', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('runs one sync for many changes, and another for a change meanwhile', async () => {
    let finish: (good: boolean) => void = noop;
    const pass = vi.fn<() => Promise<boolean>>(async () => new Promise((resolve) => void (finish = resolve)));
    const { changed, stop } = createDebouncer(LIVE_SYNC_TIMES, pass);
    for (let time = 0; time < 5; time++) changed();
    await vi.advanceTimersByTimeAsync(300);
    expect(pass).toHaveBeenCalledTimes(1);
    changed();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(pass).toHaveBeenCalledTimes(1);
    finish(true);
    await vi.advanceTimersByTimeAsync(300_000);
    expect(pass).toHaveBeenCalledTimes(2);
    finish(true);
    await stop();
  });

  it('repeats a failed sync without another change', async () => {
    let good = false;
    const pass = vi.fn<() => Promise<boolean>>(async () => {
      const before = good;
      good = true;
      return before;
    });
    const { changed, stop } = createDebouncer(LIVE_SYNC_TIMES, pass);
    changed();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(pass).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(pass).toHaveBeenCalledTimes(2);
    await stop();
  });

  it('starts no sync after it was stopped, and waits for the running one', async () => {
    const order: string[] = [];
    let finish: () => void = noop;
    const { changed, stop } = createDebouncer(LIVE_SYNC_TIMES, async () => {
      order.push('begun');
      await new Promise<void>((resolve) => void (finish = resolve));
      order.push('ended');
      return true;
    });
    changed();
    await vi.advanceTimersByTimeAsync(300);
    const stopped = stop().then(() => order.push('stopped'));
    changed();
    await vi.advanceTimersByTimeAsync(10_000);
    finish();
    await stopped;
    expect(order).toEqual(['begun', 'ended', 'stopped']);
  });
});

function noop(): void {}
