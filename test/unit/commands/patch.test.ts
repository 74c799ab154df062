import { describe, expect, it } from 'vitest';
import { coloured, keysOf, patchOf } from '../../../src/commands/patch.js';

const bytes = (text: string | null): Uint8Array | null => (text === null ? null : Buffer.from(text));

describe('patchOf', () => {
  it.each([
    ['a change', 'a\nb\n', 'a\nc\n', '--- /x/a.md\n+++ /x/a.md\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n'],
    ['a new file', null, 'a\n', '--- /dev/null\n+++ /x/a.md\n@@ -0,0 +1,1 @@\n+a\n'],
    ['a removed file', 'a\n', null, '--- /x/a.md\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-a\n'],
    ['no text', '\0', 'a\n', '/x/a.md: binary files differ\n'],
  ])('of %s', (_what, before, after, patch) => {
    expect(patchOf({ path: '/x/a.md', before: bytes(before), after: bytes(after) })).toBe(patch);
  });

  it('escapes a newline in a name, so that it does not look like a line of the patch', () => {
    expect(patchOf({ path: '/x/a\n+b', before: null, after: bytes('a\n') }).split('\n')[1]).toBe(String.raw`+++ "/x/a\n+b"`);
  });
});

describe('keysOf', () => {
  it('returns the names of keys, and no value', () => {
    const line = keysOf({
      path: '/x/settings.json',
      before: bytes('{"env":{"KEY":"old-secret"}}'),
      after: bytes('{"env":{"KEY":"new-secret"},"model":"m"}'),
    });
    expect(line).toBe('/x/settings.json: keys that change: env.KEY, model\n');
    expect(keysOf({ path: '/x/settings.json', before: bytes('{"KEY":"old-secret'), after: bytes('{}') })).toBe(
      '/x/settings.json: its content changes\n',
    );
  });
});

it('keysOf escapes a newline in a key, so that it does not look like another line', () => {
  expect(keysOf({ path: '/x/settings.json', before: bytes('{}'), after: bytes('{"a\\nb":1}') })).toBe(
    '/x/settings.json: keys that change: a\\nb\n',
  );
});

describe('coloured', () => {
  it('adds colours and nothing else', () => {
    const patch = patchOf({ path: '/x/a.md', before: bytes('a\nb\n'), after: bytes('a\nc\n') });
    const colours = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g');
    expect(coloured(patch, true)).toMatch(colours);
    expect(coloured(patch, true).replaceAll(colours, '')).toBe(patch);
    expect(coloured(patch, false)).toBe(patch);
  });
});
