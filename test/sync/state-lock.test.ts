import { existsSync, rmdirSync, utimesSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { withStateLock } from '../../src/sync/state-lock.js';
import { createScratch } from '../support/scratch.js';

const fail = (): never => {
  throw new Error('failed');
};

describe('withStateLock', () => {
  it('holds the folder beside the file, as the client does, and hands on the result', async () => {
    const scratch = createScratch();
    const file = scratch.at('.claude.json');
    expect(await withStateLock(file, () => existsSync(`${file}.lock`))).toBe(true);
    expect(scratch.tree()).toEqual({});
  });

  it('lets go when the work fails', async () => {
    const scratch = createScratch();
    await expect(withStateLock(scratch.at('.claude.json'), fail)).rejects.toThrow('failed');
    expect(scratch.tree()).toEqual({});
  });

  it('waits until the client lets go', async () => {
    const scratch = createScratch();
    const lock = scratch.folder('.claude.json.lock');
    const order: string[] = [];
    const ours = withStateLock(scratch.at('.claude.json'), () => order.push('we'));
    order.push('the client');
    rmdirSync(lock);
    await ours;
    expect(order).toEqual(['the client', 'we']);
  });

  it('takes over a lock that was not touched for 10 s', async () => {
    const scratch = createScratch();
    const lock = scratch.folder('.claude.json.lock');
    const past = Date.now() / 1000 - 11;
    utimesSync(lock, past, past);
    expect(await withStateLock(scratch.at('.claude.json'), () => 'done')).toBe('done');
    expect(scratch.tree()).toEqual({});
  });

  it('is content when somebody has taken the lock away meanwhile', async () => {
    const scratch = createScratch();
    const file = scratch.at('.claude.json');
    expect(await withStateLock(file, () => rmdirSync(`${file}.lock`))).toBeUndefined();
  });

  it('throws when the folder of the file is missing', async () => {
    await expect(withStateLock(createScratch().at('missing/.claude.json'), () => 'done')).rejects.toThrow('ENOENT');
  });
});
