import { describe, expect, it } from 'vitest';
import { mergeText as mergeWith, type TextMerge } from '../../../../src/merge/text/merge-text.js';
import { drivers, lines, lineSet, run } from '../support.js';

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
    ['a change that holds the other and removed more, ours', 'ax', 's', 'as', 's'],
    ['a change that holds the other and removed more, theirs', 'ax', 'as', 's', 's'],
    ['a block that could stand higher', 'x y', 'x n y', 'x ty', 'x tn y'],
    ['lines whose letters are not ASCII', 'éüöä', 'éxüöxä', 'éüyöä', 'éxüyöxä'],
    ['equal lines of which one removed two at once', 'ccdc', 'dc', 'bbcdb', 'bbcdb'],
    ['an addition that a change beside it only begins with', 'pyx', 'pypzx', 'pzx', 'pzpzx'],
    ['an addition that a change beside it only ends with', 'xyq', 'xzqyq', 'xzq', 'xzqzq'],
    ['an empty line added below one, above which the other changed one', 'y x', 'y  x', 'z x', 'z  x'],
    ['an addition that a change beside it holds, too', 'ab', 'abx', 'aBx', 'aBx'],
    ['an addition before a changed line that holds it, too', 'bc', 'xbc', 'xBc', 'xBc'],
  ])('merges %s', (_name, base, ours, theirs, merged) => {
    expect(mergeText(letters(base), letters(ours), letters(theirs))).toEqual({ text: letters(merged), clean: true });
  });

  it("keeps theirs if both changed one line, merges the session's other changes, and returns its whole file", () => {
    expect(run(letters('abcde'), letters('aXcdE'), letters('aYcde'), drivers.text)).toEqual({
      outcome: 'conflict',
      shared: letters('aYcdE'),
      copy: letters('aXcdE'),
      decided: [],
    });
  });

  it('keeps both if the one that added more removed less', () => {
    expect(mergeText(letters('ba'), letters('bxc'), letters('c'))).toEqual({ text: letters('c'), clean: false });
    expect(mergeText(letters('ba'), letters('c'), letters('bxc'))).toEqual({ text: letters('bxc'), clean: false });
  });

  it('does not touch the shared file if ours has nothing to merge into it', () => {
    expect(run(letters('ab'), letters('aX'), letters('aY'), drivers.text)).toMatchObject({ outcome: 'conflict', shared: letters('aY') });
  });

  it('merges a change in a code fence with a change of the paragraph below it', () => {
    const file = lines('# T', '', '```sh', 'code one', '```', '', 'text one', '', 'end');
    expect(mergeText(file, file.replace('code one', 'code two'), file.replace('text one', 'text two'))).toEqual({
      text: file.replace('code one', 'code two').replace('text one', 'text two'),
      clean: true,
    });
  });

  it('is not misled by equal lines: both kept one of two, either one', () => {
    expect(mergeText(lines('x', 'same', 'same', 'end'), lines('same', 'end'), lines('same', 'end', 'new'))).toEqual({
      text: lines('same', 'end', 'new'),
      clean: true,
    });
  });

  it('does not lose a line that both still have if one removed its twin and the other changed the twin', () => {
    expect(mergeText(letters('aa'), letters('a'), letters('ca'))).toEqual({ text: letters('ca'), clean: true });
  });

  it('does not add a line again if the other removed the text between: empty lines do not separate two positions', () => {
    const gap = ['', '', ''];
    const base = lines('# N', ...gap, '- a', ...gap, '## b', ...gap, '- c');
    const ours = lines('# N', ...gap, '## b', ...gap, 'new', ...gap, '- c');
    const merged = lines('# N', ...gap, 'new', ...gap, '- c');
    expect(mergeText(base, ours, lines('# N', ...gap, '- c'))).toEqual({ text: merged, clean: true });
    expect(mergeText(base, ours, merged)).toEqual({ text: merged, clean: true });
  });

  it('keeps two sections whole that were added at one position and both contain code fences', () => {
    const [ours, theirs] = [
      ['', '## Voice', '```sh', 'npm run voice', '```'],
      ['', '## Wake', '```sh', 'npm run wake', '```'],
    ];
    expect(mergeText(lines('# A'), lines('# A', ...ours), lines('# A', ...theirs))?.text).toBe(lines('# A', ...theirs, ...ours));
  });

  it.each(['```', '```sh'])('keeps two code fences whole that were added before another one (%s)', (open) => {
    const [old, ours, theirs] = [fence(open, 'old'), fence(open, 'ours'), fence(open, 'theirs')];
    expect(mergeText(old, ours + old, theirs + old)?.text).toBe(theirs + ours + old);
  });

  it('does not take the start of a new code fence for that of an old one that the other removed', () => {
    expect(mergeText(lines('```sh', 'old', '```'), lines('new', '```sh', 'more', '```'), '')?.text).toBe(
      lines('new', '```sh', 'more', '```'),
    );
  });

  it.each([
    ['a heading with a list below that both added', ['## F', '', '- a'], ['## F', '', '- b'], ['## F', '', '- b', '- a']],
    ['a heading below which one has only a new section', ['## F', '', '## H'], ['## F', 'f', '## G'], ['## F', 'f', '## G', '', '## H']],
    ['a heading that both added', ['## F', '- a'], ['## F', '- b'], ['## F', '- b', '- a']],
    ['an item that both added last', ['- a', '- z'], ['- b', '- z'], ['- b', '- a', '- z']],
    [
      'a heading below which only one has begun a new section',
      ['## F', '- a'],
      ['## F', '- b', '## G', '- g'],
      ['## F', '- b', '- a', '## G', '- g'],
    ],
    ['a section that both added last', ['## A', 'a', '## Z', 'z'], ['## B', 'b', '## Z', 'z'], ['## B', 'b', '## A', 'a', '## Z', 'z']],
  ])('keeps %s once', (_name, ours, theirs, merged) => {
    expect(mergeText('', lines(...ours), lines(...theirs))?.text).toBe(lines(...merged));
  });

  it.each([
    ['the end of a section', ['## A', 'a', '', 'See X'], ['## B', 'b', '', 'See X']],
    ['the end of a section that only ours began', ['## A', 'a', '', 'See X'], ['b', '', 'See X']],
    ['the first line of a paragraph', ['It was', 'hot.'], ['It was', 'cold.']],
  ])('does not consider %s shared', (_name, ours, theirs) => {
    expect(mergeText('', lines(...ours), lines(...theirs))?.text).toBe(lines(...theirs, ...ours));
  });

  it.each([
    [
      'sections in another order',
      ['## A', 'a', '', '## B', 'b', ''],
      ['## B', 'b', '', '## A', 'a', '', '## C', 'c', ''],
      ['## B', 'b', '', '## A', 'a', '', '## C', 'c', ''],
    ],
    [
      'sections in another order, of which each has one more',
      ['## A', 'a', '## B', 'b', '## D', 'd'],
      ['## C', 'c', '## B', 'b', '## A', 'a'],
      ['## C', 'c', '## B', 'b', '## A', 'a', '## D', 'd'],
    ],
    ['items in another order', ['- a', '- b', '- d'], ['- c', '- b', '- a'], ['- c', '- b', '- a', '- d']],
    [
      'paragraphs in another order',
      ['a one', '', 'b two', ''],
      ['c three', '', 'b two', '', 'a one', ''],
      ['c three', '', 'b two', '', 'a one', ''],
    ],
    [
      'code fences in another order',
      ['```', 'a', '```', '```', 'b', '```', '```', 'd', '```'],
      ['```', 'b', '```', '```', 'a', '```'],
      ['```', 'b', '```', '```', 'a', '```', '```', 'd', '```'],
    ],
    ['an item as often as the one that has it most often', ['- a', '- x', '- a'], ['- a', '- y'], ['- a', '- y', '- x', '- a']],
  ])('keeps once what both added at one position: %s', (_name, ours, theirs, merged) => {
    expect(mergeText('# N\n## Z\n', lines('# N', ...ours, '## Z'), lines('# N', ...theirs, '## Z'))?.text).toBe(
      lines('# N', ...merged, '## Z'),
    );
  });

  it.each([
    ['where theirs has it', ['- one more item'], ['- one more item'], [], ['- one more item']],
    ['in the larger form, ours', ['## How to', 'a', '', 'b'], ['## How to', 'a'], ['## How to', 'a', '', 'b'], []],
    ['in the larger form, theirs', ['## How to do', 'a'], ['## How to do', 'a', '', 'b'], [], ['## How to do', 'a', '', 'b']],
    ['twice when it says something only at its place', ['- none'], ['- none'], ['- none'], ['- none']],
  ])('keeps what both added at different positions %s', (_name, ours, theirs, first, second) => {
    expect(mergeText(chapters([], []), chapters(ours, []), chapters([], theirs))?.text).toBe(chapters(first, second));
  });

  it('does not move text that was added at the end of a section into a new section', () => {
    expect(mergeText('', lines('a', '', 'See X'), lines('## B', 'b', '', 'See X'))?.text).toBe(
      lines('a', '', 'See X', '## B', 'b', '', 'See X'),
    );
    expect(mergeText('', lines('### A', 'a'), lines('## B', 'b'))?.text).toBe(lines('### A', 'a', '## B', 'b'));
  });

  it('ignores the modified stamps of a frontmatter as conflicts, and keeps the later one', () => {
    expect(
      mergeText(
        note('2026-03-01T10:00:00Z', 'old', 'body'),
        note('2026-03-01T12:00:00+00:00', 'old', 'new body'),
        note('2026-03-01T11:00:00Z', 'new', 'body'),
      ),
    ).toEqual({ text: note('2026-03-01T12:00:00+00:00', 'new', 'new body'), clean: true });
  });

  it.each([
    ['the later of two new times, ours', '2026-03-01', '2026-03-03', '2026-03-02', '2026-03-03'],
    ['the later of two new times, theirs', '2026-03-01', '2026-03-02', '2026-03-03', '2026-03-03'],
    ['the time of the one that changed it', '2026-03-01', '2026-03-01', '2026-02-01', '2026-02-01'],
    ['one time where both began to write it', null, '2026-03-02', '2026-03-03', '2026-03-03'],
    ['no time where one removed it', '2026-03-01', null, '2026-03-01', null],
  ])('keeps of a stamp %s', (_name, base, ours, theirs, stamp) => {
    const merged = mergeText(stamped(base, 'body'), stamped(ours, 'our body'), stamped(theirs, 'body'));
    expect(merged).toEqual({ text: stamped(stamp, 'our body'), clean: true });
  });

  it('does not let stamps separate changes of the lines above and below', () => {
    expect(mergeText(fields('a', 1, 'b'), fields('A', 2, 'b'), fields('a', 3, 'B'))).toEqual({ text: fields('A', 3, 'B'), clean: true });
  });

  it('recognizes a stamp by its fields: any other time is an ordinary line', () => {
    expect(run(due(1, 'a'), due(2, 'b'), due(3, 'a'), drivers.text)).toMatchObject({ outcome: 'conflict', shared: due(3, 'b') });
    expect(mergeWith(due(1, 'a'), due(2, 'b'), due(3, 'a'), ['due'])).toEqual({ text: due(3, 'b'), clean: true });
  });

  it('recognizes a stamp only in the frontmatter', () => {
    expect(mergeText(below(1), below(2), below(3))?.clean).toBe(false);
    expect(mergeText(lines('modified: 2026-03-01'), lines('modified: 2026-03-02'), lines('modified: 2026-03-03'))?.clean).toBe(false);
  });

  it('keeps the line ends, the byte order mark and the missing last line end of the shared file', () => {
    expect(mergeText('a\r\nb\r\nc', 'A\r\nb\r\nc', 'a\r\nb\r\nC')?.text).toBe('A\r\nb\r\nC');
    expect(mergeText('a\nb\nc\n', 'A\nb\nc\n', '\uFEFFa\r\nb\r\nC\r\n')?.text).toBe('\uFEFFA\r\nb\r\nC\r\n');
    expect(mergeText('a\nb', 'a\nb\nc', 'a\nb\nd')?.text).toBe('a\nb\nd\nc');
  });

  it('keeps each line end if a file mixes them', () => {
    expect(mergeText('a\r\nb\nc\n', 'a\r\nb\nC\n', 'A\r\nb\nc\n')?.text).toBe('A\r\nb\nC\n');
  });

  it('loses nothing of 50,000 equal lines with edits in them', () => {
    const [base, ours, theirs] = [version('', 60_000), version('ours', 97), version('theirs', 89)];
    const { shared, copy } = run(base, ours, theirs, drivers.text);
    const have = lineSet(`${shared ?? ''}\n${copy ?? ''}`);
    expect([...lineSet(ours), ...lineSet(theirs)].filter((line) => !have.has(line))).toEqual([]);
  });

  it.each([
    ['changed by both', 'a\nold\nz\n', (side: string) => `a\n${side} old\n${many(side)}z\n`],
    ['added by both', 'a\nz\n', (side: string) => `a\n${many(`# ${side}`)}z\n`],
  ])('handles 150,000 lines %s', (_name, base, sideOf) => {
    const { shared, copy } = run(base, sideOf('ours'), sideOf('theirs'), drivers.text);
    const have = lineSet(`${shared ?? ''}\n${copy ?? ''}`);
    expect([...lineSet(sideOf('ours')), ...lineSet(sideOf('theirs'))].filter((line) => !have.has(line))).toEqual([]);
  });

  it('gives up after the time limit, and keeps both', () => {
    expect(mergeText(shuffled(1), shuffled(7), shuffled(11), -1)).toBeNull();
  });
});

function mergeText(base: string, ours: string, theirs: string, budget?: number): TextMerge {
  return mergeWith(base, ours, theirs, ['modified'], budget);
}

function letters(text: string): string {
  return lines(...Array.from(text, (letter) => letter.trim()));
}

function chapters(first: readonly string[], second: readonly string[]): string {
  return lines('# N', ...first, '# O', ...second);
}

function fence(open: string, code: string): string {
  return lines(open, code, '```', '');
}

function note(stamp: string, name: string, body: string): string {
  return lines('---', `modified: ${stamp}`, `name: ${name}`, '---', body);
}

function stamped(stamp: string | null, body: string): string {
  return lines('---', 'name: a', ...(stamp === null ? [] : [`modified: ${stamp}`]), '---', body);
}

function fields(name: string, day: number, type: string): string {
  return lines('---', `name: ${name}`, `modified: 2026-03-0${day}`, `type: ${type}`, '---');
}

function due(day: number, body: string): string {
  return lines('---', `due: 2026-03-0${day}`, 'name: a', '---', body);
}

function below(day: number): string {
  return lines('---', 'name: a', '---', `modified: 2026-03-0${day}`);
}

function many(mark: string): string {
  return Array.from({ length: 150_000 }, (_, index) => `${mark} ${index}\n`).join('');
}

function version(mark: string, step: number): string {
  return lines(...Array.from({ length: 50_000 }, (_, index) => (index % step === 1 ? `${mark}${index}` : 'the same line')));
}

function shuffled(step: number): string {
  return lines(...Array.from({ length: 400 }, (_, index) => `line ${(index * step) % 401}`));
}
