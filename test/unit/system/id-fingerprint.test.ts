import { expect, test } from 'vitest';
import { fingerprint } from '../../../src/system/id.js';

// From the authors' own table, http://www.isthe.com/chongo/src/fnv/test_fnv.c
test.each([
  ['', 'cbf29ce484222325'],
  ['a', 'af63dc4c8601ec8c'],
  ['foobar', '85944171f73967e8'],
])('FNV-1a of %j', (text, expected) => {
  expect(fingerprint(text)).toBe(expected);
});

test('a fingerprint has 16 digits for any input', () => {
  for (const text of ['/a', 'ü', '😀'.repeat(300)]) expect(fingerprint(text)).toMatch(/^[0-9a-f]{16}$/);
});
