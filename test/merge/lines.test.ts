import { describe, expect, it } from 'vitest';
import { encodeText } from '../../src/merge/bytes.js';
import { leastRemoved, linesIn } from '../../src/merge/lines.js';

const NO_TEXT = Uint8Array.of(0, 255, 0);

describe('linesIn', () => {
  it('keeps the lines that are in the other, too', () => {
    expect(linesIn(encodeText('one\ntwo\nthree\n'), encodeText('three\none\n'))).toEqual(encodeText('one\nthree\n'));
  });

  it('keeps all of what is no text', () => {
    expect(linesIn(NO_TEXT, encodeText('one\n'))).toBe(NO_TEXT);
    expect(linesIn(encodeText('one\n'), NO_TEXT)).toEqual(encodeText('one\n'));
  });
});

describe('leastRemoved', () => {
  const [one, oneTwo, oneThree] = [encodeText('one\n'), encodeText('one\ntwo\n'), encodeText('one\nthree\n')];

  it('finds the version of which the least is missing', () => {
    expect(leastRemoved([oneTwo, one], oneThree)).toBe(one);
  });

  it('prefers the first where as much is missing of both', () => {
    expect(leastRemoved([oneTwo, one], encodeText('one\ntwo\nthree\n'))).toBe(oneTwo);
  });

  it('takes neither nothing nor what is no text', () => {
    expect(leastRemoved([oneTwo, encodeText(''), null, NO_TEXT], oneThree)).toBe(oneTwo);
    expect(leastRemoved([oneTwo, one], NO_TEXT)).toBe(oneTwo);
  });
});
