import { expect, it } from 'vitest';
import { copyUp } from '../../src/overlay/copy-up.js';
import type { FileTool } from '../../src/overlay/rules.js';
import { realFiles } from '../../src/sync/files.js';
import { remember } from '../../src/sync/seen.js';
import { memoryIn } from '../support/overlaid.js';
import { createScratch } from '../support/scratch.js';

it.each<readonly [tool: FileTool, seen: string | null, shared: string | null, copy: string | null]>([
  ['Edit', 'old', 'new', 'new'],
  ['Write', 'old', 'new', 'old'],
  ['Write', null, 'new', 'new'],
  ['Write', 'old', null, null],
  ['Edit', null, null, null],
])('copyUp for %s, seen %j, now %j', (tool, seen, shared, copy) => {
  const scratch = createScratch();
  const me = memoryIn(scratch);
  if (shared !== null) scratch.write('memory/x/a.md', shared);
  if (seen !== null) remember(realFiles, me, 'x/a.md', Buffer.from(seen));
  const path = copyUp(realFiles, me, tool, 'x/a.md', 'call');
  expect(path).toBe(scratch.at('state/sessions/me/memory/call/x/a.md'));
  expect(scratch.read(path)).toBe(copy ?? undefined);
  expect(scratch.read(`${me.bases}/call/x/a.md`)).toBe(copy ?? undefined);
  expect(scratch.temporaries()).toEqual([]);
});
