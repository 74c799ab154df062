import { mkdirSync, statSync, utimesSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { appendLog, readLog } from '../../../../src/sync/log/log.js';
import { realFiles } from '../../../../src/system/files/real-files.js';
import { changeOf, entryOf } from '../../../support/log-entries.js';
import { createScratch } from '../../../support/scratch.js';

const DAY_MS = 86_400_000;

describe('appendLog', () => {
  it('makes the log private to the user', () => {
    const scratch = createScratch();
    const mask = process.umask(0);
    try {
      appendLog(realFiles, scratch.at('state/log/x'), entryOf('a'));
    } finally {
      process.umask(mask);
    }
    const modes = ['state/log', 'state/log/x', 'state/log/x/000001.jsonl'].map((path) => statSync(scratch.at(path)).mode & 0o777);
    expect(modes).toEqual([0o700, 0o700, 0o600]);
  });

  it('writes entries of one day into one file, as long as that is small', () => {
    const scratch = createScratch();
    const now = Date.now();
    const large = 'x'.repeat(3 * 1024 * 1024);
    for (const id of ['a', 'b', 'c'])
      appendLog(realFiles, scratch.at('log'), entryOf(id, { at: now, files: [changeOf(`/${id}`, null, large, { change: id })] }));
    appendLog(realFiles, scratch.at('log'), entryOf('d', { at: now + DAY_MS }));
    const counts = Object.entries(scratch.tree('log')).map(([name, text]) => [name, text.trim().split('\n').length]);
    expect(Object.fromEntries(counts)).toEqual({ '000001.jsonl': 2, '000002.jsonl': 1, '000003.jsonl': 1 });
  });

  it('begins another file even if the clock was set back', () => {
    const scratch = createScratch();
    appendLog(realFiles, scratch.at('log'), entryOf('a', { at: Date.now() }));
    const later = (Date.now() + 3 * DAY_MS) / 1000;
    utimesSync(scratch.at('log/000001.jsonl'), later, later);
    appendLog(realFiles, scratch.at('log'), entryOf('b', { at: Date.now() }));
    expect([...readLog(realFiles, scratch.at('log'))].map(({ id }) => id)).toEqual(['b', 'a']);
    expect(Object.keys(scratch.tree('log')).toSorted()).toEqual(['000001.jsonl', '000002.jsonl']);
  });

  it('continues after the file with the highest number', () => {
    const scratch = createScratch();
    mkdirSync(scratch.at('log'));
    const old = scratch.write('log/000041.jsonl', JSON.stringify(entryOf('a')));
    utimesSync(old, 0, 0);
    appendLog(realFiles, scratch.at('log'), entryOf('b', { at: Date.now() }));
    expect(Object.keys(scratch.tree('log')).toSorted()).toEqual(['000041.jsonl', '000042.jsonl']);
  });
});
