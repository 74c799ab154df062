import { existsSync, mkdirSync, renameSync, rmdirSync, utimesSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { releaseStateLock, withStateLock } from '../../src/sync/state-lock.js';
import { createScratch, type Scratch } from '../support/scratch.js';

const fail = (): never => {
  throw new Error('failed');
};

const WAIT = { timeout: 15_000 };

describe('withStateLock', () => {
  it('holds the folder beside the file, as the client does, and hands on the result', async () => {
    const scratch = createScratch();
    const file = scratch.at('.claude.json');
    expect(await withStateLock(file, WAIT, () => existsSync(`${file}.lock`))).toBe(true);
    expect(scratch.tree()).toEqual({});
  });

  it('lets go when the work fails', async () => {
    const scratch = createScratch();
    await expect(withStateLock(scratch.at('.claude.json'), WAIT, fail)).rejects.toThrow('failed');
    expect(scratch.tree()).toEqual({});
  });

  it('waits until the client lets go', async () => {
    const scratch = createScratch();
    const lock = scratch.folder('.claude.json.lock');
    const order: string[] = [];
    const ours = withStateLock(scratch.at('.claude.json'), WAIT, () => order.push('we'));
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
    expect(await withStateLock(scratch.at('.claude.json'), WAIT, () => 'done')).toBe('done');
    expect(scratch.tree()).toEqual({});
  });

  it('is content when somebody has taken the lock away meanwhile', async () => {
    const scratch = createScratch();
    const file = scratch.at('.claude.json');
    expect(await withStateLock(file, WAIT, () => rmdirSync(`${file}.lock`))).toBeUndefined();
  });

  it('leaves the lock of a client that took ours for stale', async () => {
    const file = createScratch().at('.claude.json');
    await withStateLock(file, WAIT, () => {
      rmdirSync(`${file}.lock`);
      // So that the same place on the disk is not used again.
      mkdirSync(`${file}.other`);
      mkdirSync(`${file}.lock`);
    });
    expect(existsSync(`${file}.lock`)).toBe(true);
  });

  it('notes by what it is known, as long as it is held', async () => {
    const scratch = createScratch();
    const note = scratch.at('note');
    expect(await withStateLock(scratch.at('.claude.json'), WAIT, () => existsSync(note), note)).toBe(true);
    expect(scratch.tree()).toEqual({});
  });

  it('throws when the folder of the file is missing', async () => {
    await expect(withStateLock(createScratch().at('missing/.claude.json'), WAIT, () => 'done')).rejects.toThrow('ENOENT');
  });
});

/** A lock as a killed process leaves it, and its note. */
async function leftLock(): Promise<{ scratch: Scratch; lock: string; note: string }> {
  const scratch = createScratch();
  const [lock, note] = [scratch.at('.claude.json.lock'), scratch.at('note')];
  await withStateLock(scratch.at('.claude.json'), WAIT, () => {
    renameSync(lock, scratch.at('kept.lock'));
    renameSync(note, scratch.at('kept'));
  }, note);
  renameSync(scratch.at('kept.lock'), lock);
  renameSync(scratch.at('kept'), note);
  return { scratch, lock, note };
}

describe('releaseStateLock', () => {
  it('removes the lock that a killed process has left', async () => {
    const { scratch, note } = await leftLock();
    releaseStateLock(note);
    expect(scratch.tree()).toEqual({});
  });

  it('leaves the lock of a client that took it over', async () => {
    const { scratch, lock, note } = await leftLock();
    rmdirSync(lock);
    mkdirSync(scratch.at('other'));
    mkdirSync(lock);
    releaseStateLock(note);
    expect(Object.keys(scratch.tree())).toEqual(['.claude.json.lock', 'other']);
  });

  it.each(['', '{"lo', '{}', '7'])('makes nothing of a note that says %j', (text) => {
    const scratch = createScratch();
    releaseStateLock(scratch.write('note', text));
    releaseStateLock(scratch.at('missing'));
    expect(scratch.tree()).toEqual({});
  });
});
