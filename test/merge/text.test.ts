import { describe, expect, it } from 'vitest';
import { mergeText } from '../../src/merge/text.js';
import { drivers, lines, lineSet, run } from './support.js';

describe('mergeText', () => {
  it.each([
    ['changes of different lines', 'abcde', 'aBcde', 'abcDe', 'aBcDe'],
    ['changes of neighbouring lines', 'abc', 'aBc', 'abC', 'aBC'],
    ['lines added at one place', 'ab', 'axb', 'ayb', 'ayxb'],
    ['lines added at the end', 'a', 'ax', 'ay', 'ayx'],
    ['the same line added by both', 'ab', 'axb', 'axb', 'axb'],
    ['an added block that holds the other', 'ab', 'axyzb', 'ayb', 'axyzb'],
    ['a change that holds the other', 'abc', 'aXYc', 'aXc', 'aXYc'],
    ['a removal beside a change', 'abc', 'ac', 'abC', 'aC'],
    ['a removal of what the other changed', 'abc', 'ac', 'aBc', 'aBc'],
    ['a change of what the other removed', 'abc', 'aBc', 'ac', 'aBc'],
    ['removals that overlap', 'abcde', 'ade', 'abe', 'ae'],
    ['an addition behind a changed line', 'ab', 'abx', 'aB', 'aBx'],
    ['an addition that a change beside it holds, too', 'ab', 'abx', 'aBx', 'aBx'],
    ['an addition before a changed line that holds it, too', 'bc', 'xbc', 'xBc', 'xBc'],
  ])('merges %s', (_name, base, ours, theirs, merged) => {
    expect(mergeText(letters(base), letters(ours), letters(theirs))).toEqual({ text: letters(merged), clean: true });
  });

  it('keeps theirs where both changed one line, merges the rest of ours, and hands back our whole file', () => {
    expect(run(letters('abcde'), letters('aXcdE'), letters('aYcde'), drivers.text)).toEqual({
      outcome: 'conflict',
      shared: letters('aYcdE'),
      copy: letters('aXcdE'),
      decided: [],
    });
  });

  it('leaves the shared file alone when there is nothing of ours to merge into it', () => {
    expect(run(letters('ab'), letters('aX'), letters('aY'), drivers.text)).toMatchObject({ outcome: 'conflict', shared: letters('aY') });
  });

  it('merges a change in a code fence with one of the paragraph below it', () => {
    const file = lines('# T', '', '```sh', 'code one', '```', '', 'text one', '', 'end');
    expect(mergeText(file, file.replace('code one', 'code two'), file.replace('text one', 'text two'))).toEqual({
      text: file.replace('code one', 'code two').replace('text one', 'text two'),
      clean: true,
    });
  });

  it('does not fall for equal lines: both kept one of two, whichever', () => {
    expect(mergeText(lines('x', 'same', 'same', 'end'), lines('same', 'end'), lines('same', 'end', 'new'))).toEqual({
      text: lines('same', 'end', 'new'),
      clean: true,
    });
  });

  it('keeps two sections whole that were added at one place and both hold code fences', () => {
    const [ours, theirs] = [
      ['', '## Voice', '```sh', 'npm run voice', '```'],
      ['', '## Wake', '```sh', 'npm run wake', '```'],
    ];
    expect(mergeText(lines('# A'), lines('# A', ...ours), lines('# A', ...theirs))?.text).toBe(lines('# A', ...theirs, ...ours));
  });

  it('keeps two code fences whole that were added before another one', () => {
    const merged = mergeText(lines(...fence('old')), lines(...fence('ours'), ...fence('old')), lines(...fence('theirs'), ...fence('old')));
    expect(merged?.text).toBe(lines(...fence('theirs'), ...fence('ours'), ...fence('old')));
  });

  it.each([
    ['a heading that both added', ['## F', '- a'], ['## F', '- b'], ['## F', '- b', '- a']],
    ['an item that both added last', ['- a', '- z'], ['- b', '- z'], ['- b', '- a', '- z']],
    ['a section that both added last', ['## A', 'a', '## Z', 'z'], ['## B', 'b', '## Z', 'z'], ['## B', 'b', '## A', 'a', '## Z', 'z']],
  ])('keeps %s once', (_name, ours, theirs, merged) => {
    expect(mergeText('', lines(...ours), lines(...theirs))?.text).toBe(lines(...merged));
  });

  it.each([
    ['the end of a section', ['## A', 'a', '', 'See X'], ['## B', 'b', '', 'See X']],
    ['a heading below which the other has begun a new one', ['## F', '- a'], ['## F', '- b', '## G', '- g']],
    ['the first line of a paragraph', ['It was', 'hot.'], ['It was', 'cold.']],
  ])('does not take %s for shared', (_name, ours, theirs) => {
    expect(mergeText('', lines(...ours), lines(...theirs))?.text).toBe(lines(...theirs, ...ours));
  });

  it('does not let the modified stamps of a frontmatter conflict, and keeps the later', () => {
    expect(
      mergeText(
        note('2026-03-01T10:00:00Z', 'old', 'body'),
        note('2026-03-01T12:00:00+00:00', 'old', 'new body'),
        note('2026-03-01T11:00:00Z', 'new', 'body'),
      ),
    ).toEqual({ text: note('2026-03-01T12:00:00+00:00', 'new', 'new body'), clean: true });
  });

  it('keeps the line ends, the byte order mark and the missing last line end of the shared file', () => {
    expect(mergeText('a\r\nb\r\nc', 'A\r\nb\r\nc', 'a\r\nb\r\nC')?.text).toBe('A\r\nb\r\nC');
    expect(mergeText('a\nb\nc\n', 'A\nb\nc\n', '\uFEFFa\r\nb\r\nC\r\n')?.text).toBe('\uFEFFA\r\nb\r\nC\r\n');
    expect(mergeText('a\nb', 'a\nb\nc', 'a\nb\nd')?.text).toBe('a\nb\nd\nc');
  });

  it('keeps each line end where a file mixes them', () => {
    expect(mergeText('a\r\nb\nc\n', 'a\r\nb\nC\n', 'A\r\nb\nc\n')?.text).toBe('A\r\nb\nC\n');
  });

  it('loses nothing of 50,000 equal lines with edits in them', () => {
    const [base, ours, theirs] = [version('', 60_000), version('ours', 97), version('theirs', 89)];
    const { shared, copy } = run(base, ours, theirs, drivers.text);
    const have = lineSet(`${shared ?? ''}\n${copy ?? ''}`);
    expect([...lineSet(ours), ...lineSet(theirs)].filter((line) => !have.has(line))).toEqual([]);
  });

  it('gives up, and keeps both, when the time is over', () => {
    expect(mergeText(shuffled(1), shuffled(7), shuffled(11), -1)).toBeNull();
  });
});

function letters(text: string): string {
  return lines(...Array.from(text));
}

function fence(code: string): string[] {
  return ['```', code, '```', ''];
}

function note(stamp: string, name: string, body: string): string {
  return lines('---', `modified: ${stamp}`, `name: ${name}`, '---', body);
}

function version(mark: string, step: number): string {
  return lines(...Array.from({ length: 50_000 }, (_, index) => (index % step === 1 ? `${mark}${index}` : 'the same line')));
}

function shuffled(step: number): string {
  return lines(...Array.from({ length: 400 }, (_, index) => `line ${(index * step) % 401}`));
}
