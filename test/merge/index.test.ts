import { describe, expect, it } from 'vitest';
import { mergeIndex } from '../../src/merge/index.js';
import { drivers, lines, run } from './support.js';

const A = '- [A](a.md) — alpha';
const B = '- [B](b.md) — beta';
const C = '- [C](c.md) — gamma';

describe('mergeIndex', () => {
  it.each([
    ['entries added by each', [A], [A, B], [A, C], [A, C, B]],
    ['one file registered by both in different words', [A], [A, B], [A, '- [Bee](b.md) — else'], [A, '- [Bee](b.md) — else', B]],
    ['one file registered by both in the same words', [A], [A, B], [A, C, B], [A, C, B]],
    ['an entry one removed', [A, B, C], [A, C], [A, B, C, '- d'], [A, C, '- d']],
    ['an entry one removed and the other changed', [A, B], [A], [A, `${B}, more`], [A, `${B}, more`]],
    ['an entry one changed and the other removed', [A, B], [A, `${B}, more`], [A], [A, `${B}, more`]],
    ['neighbouring entries changed by each', [A, B], [`${A}!`, B], [A, `${B}!`], [`${A}!`, `${B}!`]],
    ['one entry changed by both', [A, B], ['- [A](a.md) — ours', B], ['- [A](a.md) — theirs', B], ['- [A](a.md) — theirs', '- [A](a.md) — ours', B]],
    ['one entry changed by both, one form holding the other', [A], [`${A}, and more`], [`${A}, and`], [`${A}, and more`]],
    ['a changed entry that the other moved', [A, B, C], [C, A, B], [A, B, `${C}!`], [`${C}!`, A, B]],
    ['a removed entry that the other moved', [A, B, C], [C, A, B], [A, B], [A, B]],
    ['headings of both', ['# M', A], ['# M', A, '## X', B], ['# M', A, '## Y', C], ['# M', A, '## Y', C, '## X', B]],
    ['rows of a table', ['| a | 1 |', '| b | 2 |'], ['| a | 9 |', '| b | 2 |'], ['| a | 1 |', '| b | 3 |'], ['| a | 9 |', '| b | 3 |']],
    ['lines below an entry', [A, '  - one', '  - two'], [A, '  - ONE', '  - two'], [A, '  - one', '  - TWO'], [A, '  - ONE', '  - TWO']],
    ['a memory that one renamed', [A, B], ['- [A](renamed.md) — alpha', B], [A, B, C], ['- [A](renamed.md) — alpha', B, C]],
  ])('merges %s', (_name, base, ours, theirs, merged) => {
    expect(mergeIndex(lines(...base), lines(...ours), lines(...theirs))).toEqual({ text: lines(...merged), clean: true });
  });

  it('merges two indices that were begun independently', () => {
    expect(run(null, lines('# M', '', A, B), lines('# M', '', A, C), drivers.index)).toMatchObject({ outcome: 'write', shared: lines('# M', '', A, C, B) });
  });

  it('keeps two lines for one file that were there before', () => {
    const twice = [A, '- [A again](a.md) — other', B];
    expect(mergeIndex(lines(...twice), lines(...twice, C), lines(...twice, '- d'))?.text).toBe(lines(...twice, '- d', C));
  });

  it('keeps theirs, and our file as a copy, when both changed the same prose', () => {
    expect(run(lines('# M', A), lines('# Ours', A, B), lines('# Theirs', A), drivers.index)).toEqual({
      outcome: 'conflict',
      shared: lines('# Theirs', A, B),
      copy: lines('# Ours', A, B),
      decided: [],
    });
  });
});
