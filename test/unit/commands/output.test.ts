import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { shown } from '../../../src/commands/output.js';

it.each([
  [join(homedir(), 'a.md'), '~/a.md'],
  [`${homedir()}x/a.md`, `${homedir()}x/a.md`],
  ['/x/two\nlines', String.raw`/x/two\nlines`],
])('shows %j as %j', (path, text) => {
  expect(shown(path)).toBe(text);
});
