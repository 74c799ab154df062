import { assert, constantFrom, oneof, property, string } from 'fast-check';
import { homedir } from 'node:os';
import { expect, test } from 'vitest';
import { DEFAULT_PATH, fileSafe, templateValues, worktreePath } from '../../../src/worktree/path-template.js';

test.each([
  ['main', 'main'],
  ['feat/x', 'feat+x'],
  ['feat+x', 'feat%2Bx'],
  ['feat%2Bx', 'feat%252Bx'],
  ['größe/π', 'größe+π'],
])('a branch %s becomes the file %s', (branch, file) => {
  expect(fileSafe(branch)).toBe(file);
});

test('no two branches share a file, no file name has a slash, and all fit', () => {
  const branch = oneof(
    string({ unit: constantFrom('a', '/', '+', '%', '2', 'B', '5') }),
    string({ minLength: 250, maxLength: 400, unit: 'grapheme' }),
  );
  assert(
    property(branch, branch, (one, other) => {
      expect(fileSafe(one) === fileSafe(other)).toBe(one === other);
      expect(fileSafe(one)).not.toContain('/');
      expect(Buffer.byteLength(fileSafe(one))).toBeLessThanOrEqual(200);
    }),
  );
});

test.each([
  ['/w/app', false, [], '/w/app.worktrees/b'],
  ['/w/app.git', true, [], '/w/app.worktrees/b'],
  ['/w/app/.bare', true, [], '/w/app.worktrees/b'],
  ['/w/app/.git', true, [], '/w/app.worktrees/b'],
  ['/w/app/libs/core', false, ['/w/app'], '/w/app.libs+core.worktrees/b'],
  ['/w/app/libs/core/deep', false, ['/w/app/libs/core', '/w/app'], '/w/app.libs+core+deep.worktrees/b'],
])('a worktree of %s stands in the default place', (root, bare, supers, place) => {
  expect(worktreePath(DEFAULT_PATH, templateValues(root, bare, supers), 'b')).toBe(place);
});

test('a template may name any path except one below .claude', () => {
  const names = { repo: '/w/app', name: 'app' };
  expect(worktreePath('~/trees/{name}/{branch}', names, 'a/$&')).toBe(`${homedir()}/trees/app/a+$&`);
  expect(worktreePath('{repo}/../{branch}-{name}', { ...names, name: '{branch}' }, 'x')).toBe('/w/x-{branch}');
  expect(() => worktreePath('{repo}/.claude/worktrees/{branch}', names, 'x')).toThrow(/inside a \.claude folder/);
});
