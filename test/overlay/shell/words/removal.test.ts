import { expect, test } from 'vitest';
import { shortened } from '../../../../src/overlay/shell/words/removal.js';

test.each([
  ['a/b/SKILL.md', '##', '*/', 'SKILL.md'],
  ['a/b/SKILL.md', '#', '*/', 'b/SKILL.md'],
  ['a/b/SKILL.md', '#', 'a/', 'b/SKILL.md'],
  ['a/b/SKILL.md', '%', '/*', 'a/b'],
  ['a/b/SKILL.md', '%%', '/*', 'a'],
  ['a/b.x/SKILL.md', '%%', '.*', 'a/b'],
  ['a/b/SKILL.md', '%', '.md', 'a/b/SKILL'],
  ['a/b/SKILL.md', '%', '.txt', 'a/b/SKILL.md'],
  ['a', '##', '*/', 'a'],
] as const)('${%s%s%s} is %s', (text, operator, pattern, left) => {
  expect(shortened({ kind: 'text', text }, operator, pattern)).toEqual({ kind: 'text', text: left });
});

test.each(['?', '[ab]', '*a*', 'a*b', '$x', '"a"'])('what %s removes is not known', (pattern) => {
  expect(shortened({ kind: 'text', text: 'a/b' }, '#', pattern)).toBeUndefined();
});
