import { describe, expect, it } from 'vitest';
import { conflictName, conflictOrigin, pointerLine } from '../../../src/merge/conflict-name.js';

describe('conflictName', () => {
  it.each([
    ['architecture.md', 'feat/voice-buffer', 'a1b2', 'architecture.conflict-feat-voice-buffer-a1b2.md'],
    ['notes.tar.gz', 'main', 'x', 'notes.tar.conflict-main-x.gz'],
    ['LICENSE', 'main', 'x', 'LICENSE.conflict-main-x'],
    ['.bashrc', 'main', 'x', '.bashrc.conflict-main-x'],
    ['odd.', 'main', 'x', 'odd..conflict-main-x'],
    ['a.md', '../../etc', 'x', 'a.conflict-etc-x.md'],
    ['a.md', 'größe\n!', 'x', 'a.conflict-gr-e-x.md'],
    ['a.md', '', '', 'a.conflict-session-session.md'],
  ])('of %j in %j', (name, branch, id, copy) => {
    expect(conflictName(name, branch, id)).toBe(copy);
  });

  it('fits in a file name, and gives two long names distinct results', () => {
    const [one, two] = ['1', '2'].map((end) => conflictName(`${'ü'.repeat(120)}${end}.md`, 'b'.repeat(300), 'id'));
    expect(Buffer.byteLength(one ?? '')).toBeLessThanOrEqual(255);
    expect(one).toMatch(/^ü+~[0-9a-f]{8}\.conflict-b{40}-id\.md$/);
    expect(one).not.toBe(two);
  });
});

describe('pointerLine', () => {
  it('is an index entry that leads to the copy', () => {
    expect(pointerLine('a [b].md', 'a [b].conflict-x-1 (2).md', 'x')).toMatch(
      /^- \[Conflict: a \\\[b\\\]\.md\]\(a%20\[b\]\.conflict-x-1%20%282%29\.md\) — .+/,
    );
    expect(pointerLine('a\nb.md', 'a\nb.conflict-x-1.md', 'x')).not.toContain('\n');
  });
});

const ID = 'k3j2abcdef';

describe('conflictOrigin', () => {
  it.each([
    ['architecture.md', 'feat/voice-buffer', ID, 'feat-voice-buffer'],
    ['LICENSE', 'main', ID, 'main'],
    ['.bashrc', 'main', `${ID}-2`, 'main'],
    ['notes.tar.gz', 'main', `${ID}-13`, 'main'],
    ['a.conflict-main-0123456789.md', 'x-1234567890', ID, 'x-1234567890'],
    ['two\nlines.md', '', ID, 'session'],
  ])('of the copy of %j from %j', (name, branch, id, written) => {
    expect(conflictOrigin(conflictName(name, branch, id), [])).toEqual({ name, branch: written, session: ID });
  });

  it('finds the file of a name that was shortened beside it', () => {
    const name = `${'ü'.repeat(120)}.md`;
    const copy = conflictName(name, 'main', ID);
    expect(conflictOrigin(copy, ['other.md', name])?.name).toBe(name);
    expect(conflictOrigin(copy, ['other.md'])?.name).not.toBe(name);
  });

  it.each(['a.md', 'a.conflict.md', 'a.conflict-main.md', 'a.conflict-main-short.md', `conflict-main-${ID}.md`, `a.conflict-m!n-${ID}.md`])(
    'takes %s for no copy',
    (name) => {
      expect(conflictOrigin(name, [])).toBeUndefined();
    },
  );
});
