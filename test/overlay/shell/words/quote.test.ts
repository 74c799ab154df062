import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { quoted, type Quoting } from '../../../../src/overlay/shell/words/quote.js';

const MARKS: Readonly<Record<Quoting, string>> = { bare: '', double: '"', single: "'" };

test('a shell reads the text again, whatever stands around it', () => {
  const quotings = fc.constantFrom<Quoting>('bare', 'double', 'single');
  const text = fc.string({ unit: fc.constantFrom('a', '/', ' ', "'", '"', '$', '`', '\\', '*', '~', '!', '\n', 'é', '#', '{', ';') });
  const cases = fc.sample(fc.tuple(text, quotings, quotings), 300);
  const words = cases.map(([inside, before, after]) => `${MARKS[before]}<${quoted(inside, before, after)}>${MARKS[after]}`.replace('<', before === 'bare' ? "'<'" : '<').replace(/>(?=['"]?$)/, after === 'bare' ? "'>'" : '>'));
  const script = `printf '%s\\0' ${words.join(' ')}`;
  const read = execFileSync('bash', ['-c', script]).toString().split('\0').slice(0, -1);
  expect(read).toEqual(cases.map(([inside]) => `<${inside}>`));
});

test('a path without odd characters stays bare', () => {
  expect(quoted('/home/me/.local/state/a-b_c@1,2:3+4%5', 'bare', 'bare')).toBe('/home/me/.local/state/a-b_c@1,2:3+4%5');
  expect(quoted("/it's", 'bare', 'bare')).toBe(String.raw`'/it'\''s'`);
});
