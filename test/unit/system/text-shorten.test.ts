import { expect, it } from 'vitest';
import { shorten } from '../../../src/system/text.js';

it.each([
  ['/a/b', 4, '/a/b'],
  ['/a/bc', 4, '/…bc'],
  ['/home/ada/project', 9, '/hom…ject'],
  ['abc', 1, '…'],
  ['ab', 2, 'ab'],
  ['👍👍👍👍👍', 3, '👍…👍'],
])('shorten %j to %i characters', (text, most, expected) => {
  expect(shorten(text, most)).toBe(expected);
});
