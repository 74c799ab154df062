import { describe, expect, it } from 'vitest';
import { realFiles } from '../../../../src/system/files/real-files.js';
import { dryRun } from '../../../../src/system/files/dry-run-files.js';
import { createScratch } from '../../../support/scratch.js';

const bytes = (text: string): Uint8Array => Buffer.from(text);

describe('dryRun', () => {
  it('shows its own writes, and writes nothing', () => {
    const scratch = createScratch();
    scratch.write('x/old.md', 'old');
    scratch.write('x/gone.md', 'gone');
    const before = scratch.tree();
    const { files, changes } = dryRun(realFiles);

    files.makeFolder(scratch.at('y'));
    files.writeNew(scratch.at('y/temporary'), bytes('new'), 0o644);
    files.rename(scratch.at('y/temporary'), scratch.at('y/new.md'));
    files.writeNew(scratch.at('x/temporary'), bytes('other'), 0o644);
    files.exchange(scratch.at('x/temporary'), scratch.at('x/old.md'));
    expect(Buffer.from(files.read(scratch.at('x/temporary')) ?? '').toString()).toBe('old');
    files.remove(scratch.at('x/temporary'));
    files.remove(scratch.at('x/gone.md'));
    files.symlink('old.md', scratch.at('x/link'));
    files.append(scratch.at('log'), 'one\n');
    files.append(scratch.at('log'), 'two\n');

    expect(files.list(scratch.at('x')).toSorted()).toEqual(['link', 'old.md']);
    expect(files.list(scratch.at('y'))).toEqual(['new.md']);
    expect([files.kind(scratch.at('y')), files.kind(scratch.at('x/gone.md')), files.kind(scratch.at('x/link'))]).toEqual([
      'folder',
      null,
      'link',
    ]);
    expect(['y/new.md', 'x/old.md', 'x/link', 'log'].map((path) => Buffer.from(files.read(scratch.at(path)) ?? '').toString())).toEqual([
      'new',
      'other',
      'other',
      'one\ntwo\n',
    ]);
    expect(files.linkTarget(scratch.at('x/link'))).toBe('old.md');
    expect(files.mode(scratch.at('y/new.md'))).toBe(0o644);
    expect(
      changes().map(({ path, before: old, after }) => [path, old && Buffer.from(old).toString(), after && Buffer.from(after).toString()]),
    ).toEqual([
      [scratch.at('y/new.md'), null, 'new'],
      [scratch.at('x/old.md'), 'old', 'other'],
      [scratch.at('x/gone.md'), 'gone', null],
      [scratch.at('log'), null, 'one\ntwo\n'],
    ]);
    expect(scratch.tree()).toEqual(before);
  });

  it('forgets the content of a removed folder, and shows what is made there afterwards', () => {
    const scratch = createScratch();
    scratch.write('x/y/a.md', 'a');
    const { files } = dryRun(realFiles);
    files.writePrivate(scratch.at('x/y/b.md'), bytes('b'));
    files.removeFolder(scratch.at('x'));
    expect(['x', 'x/y/a.md', 'x/y/b.md'].map((path) => files.kind(scratch.at(path)))).toEqual([null, null, null]);
    files.writePrivate(scratch.at('x/y/c.md'), bytes('c'));
    expect(files.kind(scratch.at('x/y/c.md'))).toBe('file');
  });

  it('can be stacked: the second sees what the first would leave', () => {
    const scratch = createScratch();
    const path = scratch.write('a.md', 'one');
    const first = dryRun(realFiles);
    first.files.writePrivate(path, bytes('two'));
    const second = dryRun(first.files);
    second.files.writePrivate(path, bytes('three'));
    expect(second.changes()).toEqual([{ path, before: bytes('two'), after: bytes('three') }]);
  });
});
