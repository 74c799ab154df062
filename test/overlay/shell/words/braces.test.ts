import { expect, test } from 'vitest';
import { braceTexts } from '../../../../src/overlay/shell/words/braces.js';

test.each([
  ['{a,b}', ['a', 'b']],
  ['{,.bak}', ['', '.bak']],
  ['{scripts,refs/old}', ['scripts', 'refs/old']],
  ['{1..3}', ['1', '2', '3']],
  ['{2..-1}', ['2', '1', '0', '-1']],
])('%s is %j', (text, texts) => {
  expect(braceTexts(text)).toEqual(texts);
});

test.each(['{a..c}', '{01..03}', '{1..9999}', '{a,{b,c}}', '{a,"b c"}', '{$x,y}', '{1..9..2}', '{a,b*}'])('%s is left to the shell', (text) => {
  expect(braceTexts(text)).toBeUndefined();
});
