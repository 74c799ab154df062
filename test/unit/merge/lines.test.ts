import { describe, expect, it } from 'vitest';
import { leastRemoved } from '../../../src/merge/lost-update.js';
import { encodeText } from '../../../src/system/content.js';

const NO_TEXT = Uint8Array.of(0, 255, 0);

describe('leastRemoved', () => {
  const [one, oneTwo, oneThree] = [encodeText('one\n'), encodeText('one\ntwo\n'), encodeText('one\nthree\n')];

  it('finds the version of which the least is missing', () => {
    expect(leastRemoved([oneTwo, one], oneThree)).toBe(one);
  });

  it('prefers the first where as much is missing of both', () => {
    expect(leastRemoved([oneTwo, one], encodeText('one\ntwo\nthree\n'))).toBe(oneTwo);
  });

  it('takes neither nothing nor what is not text', () => {
    expect(leastRemoved([oneTwo, encodeText(''), null, NO_TEXT], oneThree)).toBe(oneTwo);
    expect(leastRemoved([oneTwo, one], NO_TEXT)).toBe(oneTwo);
  });
});
