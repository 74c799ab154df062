import { rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readLog } from '../../../../src/sync/log/log.js';
import type { Files } from '../../../../src/system/files/files.js';
import { realFiles } from '../../../../src/system/files/real-files.js';
import { countingFiles, interferingFiles } from '../../../support/faulty-files.js';
import { changeOf, entryOf } from '../../../support/log-entries.js';
import { createScratch, type Scratch } from '../../../support/scratch.js';

/** A log whose files hold these lines. */
function logWith(...segments: readonly (readonly (object | string)[])[]): Scratch {
  const scratch = createScratch();
  for (const [index, lines] of segments.entries()) {
    scratch.write(
      `log/00000${index + 1}.jsonl`,
      lines.map((line) => `\n${typeof line === 'string' ? line : JSON.stringify(line)}`).join(''),
    );
  }
  return scratch;
}

function idsIn(scratch: Scratch, words: readonly string[] = [], files: Files = realFiles): string[] {
  return [...readLog(files, scratch.at('log'), words)].map(({ id }) => id);
}

describe('readLog', () => {
  it('returns the newest entry first, over all files of the log', () => {
    const scratch = logWith([entryOf('a'), entryOf('b')], [entryOf('c')], [entryOf('d')]);
    scratch.write('log/notes.txt', JSON.stringify(entryOf('x')));
    expect(idsIn(scratch)).toEqual(['d', 'c', 'b', 'a']);
  });

  it('sorts files by number, however many there are', () => {
    const scratch = logWith();
    for (const number of ['999999', '1000000', '000002']) scratch.write(`log/${number}.jsonl`, JSON.stringify(entryOf(number)));
    expect(idsIn(scratch)).toEqual(['1000000', '999999', '000002']);
  });

  it('finds nothing if there is no log', () => {
    expect(idsIn(createScratch())).toEqual([]);
  });

  it('treats consecutive lines with one id, even in two files, as the parts of one entry', () => {
    const steps = ['x', 'y', 'z'].map((name) => entryOf('b', { settled: 'both', files: [changeOf(`/${name}.md`, null, name)] }));
    const scratch = logWith([entryOf('a'), ...steps.slice(0, 2)], [...steps.slice(2), entryOf('c')]);
    expect([...readLog(realFiles, scratch.at('log'))].map(({ id, files }) => [id, files.map(({ target }) => target)])).toEqual([
      ['c', ['/c.md']],
      ['b', ['/x.md', '/y.md', '/z.md']],
      ['a', ['/a.md']],
    ]);
  });

  it('reads no more than it takes', () => {
    const scratch = logWith([entryOf('a')], [entryOf('b')], [entryOf('c'), entryOf('d')]);
    const files = countingFiles(realFiles);
    const [newest] = readLog(files, scratch.at('log'));
    expect(newest?.id).toBe('d');
    expect(files.calls.filter((call) => call === 'read')).toHaveLength(1);
  });

  it('skips a line that a crash cut short, and continues after it', () => {
    const whole = JSON.stringify(entryOf('cut'));
    for (let length = 0; length < whole.length; length++)
      expect(idsIn(logWith([entryOf('a'), whole.slice(0, length), entryOf('b')]))).toEqual(['b', 'a']);
  });

  const file = changeOf('/a.md', 'old', 'new');
  it.each<readonly [what: string, line: string | object]>([
    ['no JSON', 'text'],
    ['another value', '[]'],
    ['no time', { ...entryOf('x'), at: 'today' }],
    ['a time that is none', { ...entryOf('x'), at: 1e20 }],
    ['a session of another kind', { ...entryOf('x'), session: 7 }],
    ['a branch of another kind', { ...entryOf('x'), branch: 7 }],
    ['an undone entry of another kind', { ...entryOf('x'), restores: 7 }],
    ['an unknown way to settle', { ...entryOf('x'), settled: 'mine' }],
    ['files in another form', { ...entryOf('x'), files: {} }],
    ['a file that is none', { ...entryOf('x'), files: [null] }],
    ['a change without a name', { ...entryOf('x'), files: [{ ...file, change: null }] }],
    ['an outcome that it does not know', { ...entryOf('x'), files: [{ ...file, outcome: 'renamed' }] }],
    ['a copy of another kind', { ...entryOf('x'), files: [{ ...file, copy: 7 }] }],
    ['content in another form', { ...entryOf('x'), files: [{ ...file, content: { kept: true, before: { gzip: '' }, after: '' } }] }],
    ['content that is left out', { ...entryOf('x'), files: [{ ...file, content: { kept: true, after: '' } }] }],
    [
      'content that is left out for a new reason',
      { ...entryOf('x'), files: [{ ...file, content: { kept: false, why: 'moon', keys: null } }] },
    ],
  ])('skips a line that a newer version may write: %s', (_what, line) => {
    expect(idsIn(logWith([entryOf('a'), line, entryOf('b')]))).toEqual(['b', 'a']);
  });

  it('reads entries to which a newer version has added values', () => {
    const line = { ...entryOf('x'), version: 2, files: [{ ...file, mode: 0o600, content: { ...file.content, mode: 1 } }] };
    expect(idsIn(logWith([line]))).toEqual(['x']);
  });

  it('reads the rest if a file of the log is removed meanwhile', () => {
    const scratch = logWith([entryOf('a')], [entryOf('b')], [entryOf('c')]);
    const files = interferingFiles(realFiles, { before: 'read', nth: 2, act: () => rmSync(scratch.at('log/000002.jsonl')) });
    expect(idsIn(scratch, [], files)).toEqual(['c', 'a']);
  });

  it('returns each change once, even if a crash has made two entries of it', () => {
    const both = [changeOf('/a.md', null, 'a'), changeOf('/b.md', null, 'b')];
    const scratch = logWith([entryOf('first', { files: both })], [entryOf('other'), entryOf('again', { files: both.slice(1) })]);
    const found = [...readLog(realFiles, scratch.at('log'))].map(({ id, files }) => [id, files.map(({ target }) => target)]);
    expect(found).toEqual([
      ['again', ['/b.md']],
      ['other', ['/other.md']],
      ['first', ['/a.md']],
    ]);
  });

  it.each(['main', '"quoted"', 'back\\slash', 'two\nlines', 'größer'])('skips entries that do not mention %j', (word) => {
    const scratch = logWith([entryOf('a', { branch: `feat/${word}` }), entryOf('b', { branch: null })]);
    expect([idsIn(scratch, [word]), idsIn(scratch, [word, 'a.md']), idsIn(scratch, [word, 'b.md'])]).toEqual([['a'], ['a'], []]);
  });
});
