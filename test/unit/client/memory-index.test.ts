import { describe, expect, it } from 'vitest';
import { hiddenPart } from '../../../src/client/memory-index.js';

const entries = (count: number, more = ''): string =>
  Array.from({ length: count }, (_, at) => `- [Note ${at + 1}](n${at + 1}.md) — x${more}\n`).join('');

describe('hiddenPart', () => {
  it.each([
    ['200 lines', entries(200)],
    ['200 lines below frontmatter, among comments and empty lines', `---\nname: x\n---\n\n<!-- a\nb -->\n${entries(200)}\n\n`],
    ['25,000 characters', `- ${'x'.repeat(24_998)}\n`],
    ['nothing', ''],
  ])('returns nothing for %s', (_, text) => expect(hiddenPart(text)).toBeUndefined());

  it.each([
    ['the line after the 200th', `# Notes\n\n${entries(199)}`, '201 lines long, and Claude reads 200: it does not see n199.md'],
    ['a line without a link', `${entries(200)}\nplain words\n`, '202 lines long, and Claude reads 200: it does not see line 202'],
    ['many', entries(300), '300 lines long, and Claude reads 200: it does not see n201.md, n202.md, n203.md, n204.md, n205.md and 95 more'],
    [
      'what does not fit into 25,000 characters',
      entries(113, 'x'.repeat(200)),
      '25321 characters long, and Claude reads 25000: it does not see n112.md, n113.md',
    ],
    [
      'the end of a very long line',
      `- ${'x'.repeat(25_000)}\n`,
      '25002 characters long, and Claude reads 25000: it does not see the end of line 1',
    ],
  ])('returns %s', (_, text, told) => expect(hiddenPart(text)).toBe(told));
});
