import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hiddenPart } from '../../../src/client/memory-index.js';
import { userTexts } from '../../support/messages-api.js';
import { memoryProject } from '../memory-project.js';
import { ask } from './ask.js';

const entries = (count: number, more = ''): string =>
  Array.from({ length: count }, (_, at) => `- [Note](n${at + 1}.md) ${more}\n`).join('');

test.each<readonly [what: string, index: string, cut: string | undefined]>([
  ['200 lines', entries(200), undefined],
  ['200 lines below frontmatter and a comment', `---\na: 1\n---\n<!-- b\nc -->\n${entries(200)}`, undefined],
  ['201 lines', entries(201), '1 of 201 lines were cut off, starting at line 201'],
  ['a heading and 199 entries', `# Notes\n\n${entries(199)}`, '1 of 201 lines were cut off, starting at line 201'],
  ['150 long lines', entries(150, 'x'.repeat(200)), '36 of 150 lines were cut off, starting at line 115'],
  ['140 long lines of letters that take more bytes', entries(140, '\u00E9'.repeat(150)), undefined],
])('shows this much of an index of %s', async (_, index, cut) => {
  const project = await memoryProject();
  await project.sandbox.write(join(project.memory, 'MEMORY.md'), index);
  const { request } = await ask(project, []);
  const [warning, line] = /\d+ of \d+ lines were cut off, starting at line (\d+)/.exec(userTexts(request).join('\n')) ?? [];
  expect(warning, 'the client now cuts an index at another point').toBe(cut);
  const first = index.trim().split('\n')[Number(line) - 1];
  const [, name] = /\((n\d+\.md)\)/.exec(first ?? '') ?? [];
  expect(/does not see (n\d+\.md)/.exec(hiddenPart(index) ?? '')?.[1]).toBe(name);
});
