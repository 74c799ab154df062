import { describe, expect, it } from 'vitest';
import { conflictName, conflictOrigin } from '../../../src/merge/conflict-name.js';

const ID = 'k3j2abcdef';

describe('conflictOrigin', () => {
  it.each([
    ['architecture.md', 'feat/voice-buffer', ID, 'feat-voice-buffer'],
    ['LICENSE', 'main', ID, 'main'],
    ['.bashrc', 'main', `${ID}-2`, 'main'],
    ['notes.tar.gz', 'main', `${ID}-13`, 'main'],
    ['a.conflict-main-0123456789.md', 'x-1234567890', ID, 'x-1234567890'],
    ['two\nlines.md', '', ID, 'session'],
  ])('of the copy of %j from %j', (name, branch, id, told) => {
    expect(conflictOrigin(conflictName(name, branch, id), [])).toEqual({ name, branch: told, session: ID });
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
