import { utimesSync } from 'node:fs';
import { expect, it } from 'vitest';
import { conflictJson, conflictLines } from '../../../../src/commands/conflicts/listed.js';
import type { Conflict } from '../../../../src/sync/conflicts/conflicts.js';
import { createScratch } from '../../../support/scratch.js';

function conflictAt(ours: string): Conflict {
  return { kind: 'copy', file: '/x/a.md', place: 'a.md', ours, branch: 'main', session: '0123456789', memoryFolder: null };
}

it('prints the age of a conflict', () => {
  const scratch = createScratch();
  const copy = scratch.write('a.conflict-main-0123456789.md', '');
  utimesSync(copy, 60, 60);
  expect(conflictLines(conflictAt(copy), 180_000)).toBe('/x/a.md\n  from main, 2m ago: a.conflict-main-0123456789.md\n');
  expect(conflictJson(conflictAt(copy))).toMatchObject({ since: '1970-01-01T00:01:00.000Z' });
});

it('prints no age of a conflict that has been settled meanwhile', () => {
  const gone = createScratch().at('a.conflict-main-0123456789.md');
  expect(conflictLines(conflictAt(gone), 0)).toBe('/x/a.md\n  from main, age unknown: a.conflict-main-0123456789.md\n');
  expect(conflictJson(conflictAt(gone))).toMatchObject({ ours: gone, since: null });
});
