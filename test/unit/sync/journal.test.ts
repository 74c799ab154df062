import { expect, it } from 'vitest';
import { appendJournal, readJournal } from '../../../src/sync/journal.js';
import { realFiles } from '../../../src/system/files/real-files.js';
import { createScratch } from '../../support/scratch.js';

it('keeps the outcome of each file, without its content', () => {
  const journal = createScratch().at('merged.jsonl');
  appendJournal(realFiles, { journal }, [['a.md', { outcome: 'unchanged' }]]);
  expect(readJournal(realFiles, { journal })).toEqual([]);
  appendJournal(realFiles, { journal }, [
    ['.claude.json', { outcome: 'merged', decided: ['lastSessionId'] }],
    ['a.md', { outcome: 'conflict', copy: '/x/a.conflict-main-0123456789.md' }],
  ]);
  appendJournal(realFiles, { journal }, [['b.md', { outcome: 'deleted' }]]);
  expect(readJournal(realFiles, { journal })).toMatchObject([
    { path: '.claude.json', outcome: 'merged', decided: ['lastSessionId'], copy: null, pid: process.pid },
    { path: 'a.md', outcome: 'conflict', decided: [], copy: '/x/a.conflict-main-0123456789.md' },
    { path: 'b.md', outcome: 'deleted', decided: [], copy: null },
  ]);
});

it('skips a line that a crash cut short, and lines that it cannot parse', () => {
  const scratch = createScratch();
  const journal = scratch.write(
    'merged.jsonl',
    '{"at":1}\n[]\n{"at":1,"pid":2,"path":"a.md","outcome":"deleted","decided":[],"copy":null}\n{"at":1,"pid":2,"pa',
  );
  expect(readJournal(realFiles, { journal })).toEqual([{ at: 1, pid: 2, path: 'a.md', outcome: 'deleted', decided: [], copy: null }]);
});
