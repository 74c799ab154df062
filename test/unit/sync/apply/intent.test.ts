import { expect, it } from 'vitest';
import { type Intent, writeIntent } from '../../../../src/sync/apply/intent.js';
import { readIntent } from '../../../../src/sync/apply/read-intent.js';
import { realFiles } from '../../../../src/system/files/real-files.js';
import { createScratch } from '../../../support/scratch.js';

const intent: Intent = {
  id: 'entry',
  tempFiles: ['/t/loose'],
  staged: [
    {
      place: 'settings.json',
      copies: [{ target: '/t/copy', before: null, after: Buffer.from('copy'), temporary: '/t/copy.tmp' }],
      main: { target: '/t/settings.json', before: Buffer.from('old'), after: null, temporary: '/t/settings.tmp' },
      base: { path: '/t/base', root: '/t', staged: null },
      outcome: { outcome: 'merged', decided: ['model'], quarantined: '/t/copy' },
      start: null,
      ours: Buffer.from('ours'),
      conflict: { keep: 'quarantine' },
      memoryFolder: null,
      overwrittenFile: '/t/overwritten.tmp',
    },
  ],
  done: [],
  overwritten: [
    { place: 'a.md', target: '/t/a.md', path: '/t/a.tmp', base: Buffer.from('a'), conflict: { keep: 'quarantine' }, memoryFolder: '/t' },
    {
      place: 'b.md',
      target: '/t/b.md',
      path: '/t/b.tmp',
      base: null,
      conflict: { keep: 'copy', branch: 'main', id: 'me' },
      memoryFolder: null,
    },
  ],
};

// A sync of another version of pclaude may have to complete it.
it('is stored under the keys of version 1, and read back', () => {
  const scratch = createScratch();
  const path = scratch.at('intent.json');
  writeIntent(realFiles, path, intent);
  expect(JSON.parse(scratch.read('intent.json') ?? '')).toEqual({
    version: 1,
    id: 'entry',
    loose: ['/t/loose'],
    staged: [
      {
        place: 'settings.json',
        copies: [{ target: '/t/copy', before: null, after: 'copy', temporary: '/t/copy.tmp' }],
        main: { target: '/t/settings.json', before: 'old', after: null, temporary: '/t/settings.tmp' },
        base: { path: '/t/base', root: '/t', staged: null },
        pushed: { outcome: 'merged', decided: ['model'], quarantined: '/t/copy' },
        start: null,
        ours: 'ours',
        conflict: { keep: 'quarantine' },
        memoryFolder: null,
        aside: '/t/overwritten.tmp',
      },
    ],
    done: [],
    asides: [
      { place: 'a.md', target: '/t/a.md', path: '/t/a.tmp', base: 'a', conflict: { keep: 'quarantine' }, memoryFolder: '/t' },
      {
        place: 'b.md',
        target: '/t/b.md',
        path: '/t/b.tmp',
        base: null,
        conflict: { keep: 'copy', branch: 'main', id: 'me' },
        memoryFolder: null,
      },
    ],
  });
  expect(readIntent(realFiles, path)).toMatchObject(intent);
});
