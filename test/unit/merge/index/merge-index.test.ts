import { describe, expect, it } from 'vitest';
import type { EntryKey } from '../../../../src/merge/drivers.js';
import { mergeIndex as mergeWith } from '../../../../src/merge/index/merge-index.js';
import type { TextMerge } from '../../../../src/merge/text/merge-text.js';
import { drivers, lines, run } from '../support.js';

const A = '- [A](a.md) — alpha';
const A2 = '- [A2](a2.md) — alpha';
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
    [
      'one entry changed by both',
      [A, B],
      ['- [A](a.md) — ours', B],
      ['- [A](a.md) — theirs', B],
      ['- [A](a.md) — theirs', '- [A](a.md) — ours', B],
    ],
    ['one entry changed by both, one form holding the other', [A], [`${A}, and more`], [`${A}, and`], [`${A}, and more`]],
    ['one entry changed by both, the form of theirs holding ours', [A], [`${A}, and`], [`${A}, and more`], [`${A}, and more`]],
    ['a changed entry that the other moved', [A, B, C], [C, A, B], [A, B, `${C}!`], [`${C}!`, A, B]],
    ['a removed entry that the other moved', [A, B, C], [C, A, B], [A, B], [A, B]],
    ['an entry that both added, each elsewhere', [A, B], [A, C, B], [A, B, C], [A, B, C]],
    ['an entry that both moved, each elsewhere', [A, B, C, '- d'], ['- d', A, B, C], [A, '- d', B, C], ['- d', A, B, C]],
    ['headings of both', ['# M', A], ['# M', A, '## X', B], ['# M', A, '## Y', C], ['# M', A, '## Y', C, '## X', B]],
    [
      'an entry that one added to a list that the other grouped',
      ['# M', A, B],
      ['# M', '## X', A, '## Y', B],
      ['# M', A, B, C],
      ['# M', C, '## X', A, '## Y', B],
    ],
    [
      'an entry that one added to a list that the other grouped, theirs',
      ['# M', '', A, B],
      ['# M', '', A, B, C],
      ['# M', '', '## X', '', A, '', '## Y', '', B],
      ['# M', '', C, '', '## X', '', A, '', '## Y', '', B],
    ],
    [
      'an entry that one added below a heading that the other renamed',
      ['# M', '## X', A],
      ['# M', '## X', A, B],
      ['# M', '## Y', A],
      ['# M', '## Y', A, B],
    ],
    [
      'an entry that one added below a heading that the other took out',
      ['# M', A, '## X', B],
      ['# M', A, '## X', B, C],
      ['# M', A, B],
      ['# M', A, B, '## X', C],
    ],
    [
      'an entry that each moved below a heading of its own, beside others',
      ['# M', A, B, C],
      ['# M', '## X', A, B, C],
      ['# M', A, '## Y', B, C],
      ['# M', '## X', A, '## Y', B, C],
    ],
    ['rows of a table', ['| a | 1 |', '| b | 2 |'], ['| a | 9 |', '| b | 2 |'], ['| a | 1 |', '| b | 3 |'], ['| a | 9 |', '| b | 3 |']],
    ['lines below an entry', [A, '  - one', '  - two'], [A, '  - ONE', '  - two'], [A, '  - one', '  - TWO'], [A, '  - ONE', '  - TWO']],
    ['an entry that one removed, where the other changed what is below it', [A, '  one', B], [B], [A, '  two', B], [A, '  two', B]],
    ['prose of both, where one holds all of the other', ['p', A], ['q', 'r', A], ['r', A], ['q', 'r', A]],
    ["prose of both, if theirs contains all of the session's", ['p', A], ['r', A], ['q', 'r', A], ['q', 'r', A]],
    ['prose that both removed', ['p', 'q', 'r', A], ['r', A], ['p', A], [A]],
    ['prose that both added in the stead of an entry', ['# M', A], ['# M', 'x', B], ['# M', 'y', C], ['# M', 'y', C, 'x', B]],
    [
      'a line that one changed between entries that the other replaced',
      ['# M', A, '', A2],
      ['# M', B, '', C],
      ['# M', A, '***', A2],
      ['# M', '***', B, C],
    ],
    [
      'a line that one changed between entries that the other replaced, theirs',
      ['# M', A, '', A2],
      ['# M', A, '***', A2],
      ['# M', B, '', C],
      ['# M', '***', B, C],
    ],
    ['prose that one removed between entries that the other added', ['# M', ''], [A, '', B], [C, '# M', A2, ''], [C, A2, A, '', B]],
    ['a memory that one renamed', [A, B], ['- [A](renamed.md) — alpha', B], [A, B, C], ['- [A](renamed.md) — alpha', B, C]],
  ])('merges %s', (_name, base, ours, theirs, merged) => {
    expect(mergeIndex(lines(...base), lines(...ours), lines(...theirs))).toEqual({ text: lines(...merged), clean: true });
  });

  it('keeps the groups of theirs, with our new entry below its own heading, and our file as a copy, if both grouped one list', () => {
    const [ours, theirs] = [
      lines('# M', '', '## Build', '', A, B, '', '## Test', '', C, '- [N](n.md)'),
      lines('# M', '', '## Tools', '', A, C, '', '## Rest', '', B, '- [T](t.md)'),
    ];
    expect(run(lines('# M', '', A, B, C), ours, theirs, drivers.index)).toEqual({
      outcome: 'conflict',
      shared: lines('# M', '', '## Test', '', '- [N](n.md)', '', '## Tools', '', A, C, '', '## Rest', '', B, '- [T](t.md)'),
      copy: ours,
      decided: [],
    });
  });

  it('merges two indices that were begun independently', () => {
    expect(run(null, lines('# M', '', A, B), lines('# M', '', A, C), drivers.index)).toMatchObject({
      outcome: 'write',
      shared: lines('# M', '', A, C, B),
    });
  });

  it('merges sections of indices that were begun independently', () => {
    const [ours, theirs] = [lines('# M', '## X', A, '## Y', B), lines('# M', '## X', C, '## Y', A2)];
    expect(run(null, ours, theirs, drivers.index)).toMatchObject({ outcome: 'write', shared: lines('# M', '## X', C, A, '## Y', A2, B) });
  });

  it('keeps two earlier lines for one file', () => {
    const twice = [A, '- [A again](a.md) — other', B];
    expect(mergeIndex(lines(...twice), lines(...twice, C), lines(...twice, '- d'))?.text).toBe(lines(...twice, '- d', C));
  });

  it('keeps an entry that is there twice, word for word', () => {
    const none = ['## X', '- none', '## Y', '- none'];
    expect(mergeIndex(lines(...none), lines(...none, A), lines('# M', ...none))?.text).toBe(lines('# M', ...none, A));
  });

  it('treats lines in a code fence as text', () => {
    expect(
      mergeIndex(lines('# M', '```', '- old', '```'), lines('# M', '```', '- ours', '```'), lines('# M', '```', '- theirs', '```'))?.clean,
    ).toBe(false);
  });

  it('keeps the head of each table', () => {
    const [ours, theirs] = [lines('# M', ...table('Ours', '| a | x |')), lines('# M', ...table('Theirs', '| b | y |'))];
    expect(mergeIndex(lines('# M'), ours, theirs)?.text).toBe(lines('# M', ...table('Theirs', '| b | y |'), ...table('Ours', '| a | x |')));
  });

  it('puts an entry that one removed and the other changed back into its section', () => {
    const base = ['# X', '', A, '', '# Y', '', B];
    const merged = lines('# X', '', `${A}!`, '', '# Y', '', B);
    expect(mergeIndex(lines(...base), lines(...base).replace(`${A}\n`, ''), merged)?.text).toBe(merged);
    expect(mergeIndex(lines(...base), merged, lines(...base).replace(`${A}\n`, ''))?.text).toBe(merged);
  });

  it('keeps an entry of a position at which theirs is, after the entry that it followed', () => {
    const [ours, theirs] = [lines(A, C, 'of ours', B), lines(A, 'of theirs', B)];
    expect(mergeIndex(lines(A, 'old', B), ours, theirs)).toEqual({ text: lines(A, C, 'of theirs', B), clean: false });
  });

  it.each([
    ['the link it begins with', ['link', 'cell', 'text'] as const, '- [T](f.md) — a', '- [U](f.md) — b'],
    ['a link in a cell', ['link', 'cell'] as const, '| [T](f.md) | a |', '| [U](f.md) | b |'],
    ['its first cell', ['link', 'cell'] as const, '| name | a |', '| name | b |'],
    ['the first cell before a link in it', ['cell', 'link'] as const, '| [T](f.md) | a |', '| [T](f.md) | b |'],
    ['the text of a list item', ['text'] as const, '- [ ] do it', '* [x] do it'],
    ['the text of a numbered item', ['text'] as const, '1. do it', '7) do it'],
  ])('identifies an entry by %s', (_name, keys, ours, theirs) => {
    const merged = mergeIndex(lines('# M', 'z'), lines('# M', ours, 'y', 'z'), lines('# M', theirs, 'z'), keys);
    expect(merged?.text).toBe(lines('# M', theirs, ours, 'y', 'z'));
  });

  it('keeps theirs, and our file as a copy, if both changed the same prose', () => {
    expect(run(lines('# M', A), lines('# Ours', A, B), lines('# Theirs', A), drivers.index)).toEqual({
      outcome: 'conflict',
      shared: lines('# Theirs', A, B),
      copy: lines('# Ours', A, B),
      decided: [],
    });
  });
});

function table(name: string, ...rows: string[]): string[] {
  return [`## ${name}`, '| Name | Use |', '|---|:--|', ...rows];
}

function mergeIndex(
  base: string | null,
  ours: string,
  theirs: string,
  entryKeys: readonly EntryKey[] = ['link', 'cell', 'text'],
): TextMerge {
  return mergeWith(base, ours, theirs, { stamps: ['modified'], entryKeys });
}
