import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cancellable } from '../../../src/launch/serve-session.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

/** Whether a signal that this process gets after a time, in milliseconds, aborts the wait. */
async function aborts(name: NodeJS.Signals, after: number): Promise<boolean> {
  return cancellable(async (signal) => {
    vi.advanceTimersByTime(after);
    process.emit(name, name);
    return signal.aborted;
  });
}

describe('cancellable', () => {
  it('ignores the Ctrl-C that ended the client, which may arrive late', async () => {
    expect([await aborts('SIGINT', 0), await aborts('SIGINT', 499)]).toEqual([false, false]);
  });

  it('lets a later Ctrl-C, and any other signal that ends a process, abort the wait', async () => {
    expect([await aborts('SIGINT', 500), await aborts('SIGTERM', 0), await aborts('SIGHUP', 0)]).toEqual([true, true, true]);
  });

  it('listens no longer than the wait, and passes an error on', async () => {
    const before = process.listenerCount('SIGINT');
    await expect(cancellable(async () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(process.listenerCount('SIGINT')).toBe(before);
  });
});
