import { describe, expect, it } from 'vitest';
import { hasMarkers, withMarkers } from '../../../../src/merge/text/merge-text.js';
import { lines } from '../support.js';

const labels = { theirs: 'shared', ours: 'feat/x' };

describe('withMarkers', () => {
  it('shows both versions where they differ, as git does', () => {
    expect(withMarkers(lines('a', 'theirs', 'b'), lines('a', 'ours', 'b', 'more'), labels)).toBe(
      lines(
        'a',
        '<<<<<<< shared',
        'theirs',
        '=======',
        'ours',
        '>>>>>>> feat/x',
        'b',
        '<<<<<<< shared',
        '=======',
        'more',
        '>>>>>>> feat/x',
      ),
    );
  });

  it('keeps the line ends of the shared file', () => {
    expect(withMarkers('a\r\nb\r\n', 'a\r\nc\r\n', labels)?.split('\r\n')).toHaveLength(7);
  });
});

describe('hasMarkers', () => {
  it('sees markers that remain, and no others', () => {
    const text = withMarkers('a\n', 'b\n', labels) ?? '';
    expect(hasMarkers(text, labels)).toBe(true);
    expect(hasMarkers(text.replaceAll('\n', '\r\n'), labels)).toBe(true);
    expect(hasMarkers('a\n<<<<<<< HEAD\n=======\n', labels)).toBe(false);
  });
});
