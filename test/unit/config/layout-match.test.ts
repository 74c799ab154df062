import { describe, expect, it } from 'vitest';
import { isSecret, loadLayout, namedRows, type Row, ruleFor } from '../../../src/config/layout.js';

const one = (path: string): { rows: Row[]; drivers: []; secrets: [] } => ({
  rows: [{ path, policy: 'private' }],
  drivers: [],
  secrets: [],
});

describe('ruleFor', () => {
  it.each<readonly [pattern: string, name: string, matches: boolean]>([
    ['debug', 'debug', true],
    ['debug', 'debug2', false],
    ['*.lock', 'x.lock', true],
    ['*.lock', '.lock', true],
    ['*.lock', 'x.lock2', false],
    ['daemon*', 'daemon', true],
    ['daemon*', 'my-daemon', false],
    ['mcp-*-cache*', 'mcp-auth-cache.json', true],
    ['mcp-*-cache*', 'mcp-cache', false],
    ['*.tmp.*', 'a.tmp.1', true],
    ['*.tmp.*', 'a.tmp', false],
    ['aa*aa', 'aaa', false],
    ['a*b*c', 'axbxc', true],
    ['a*bc*c', 'abc', false],
    ['*', 'anything', true],
  ])('%s, %s: %s', (pattern, name, matches) => {
    expect(ruleFor(one(pattern), name, 'file').policy === 'private').toBe(matches);
  });

  it('takes the first row that matches', () => {
    const rows: Row[] = [
      { path: 'a*', policy: 'link', kind: 'file' },
      { path: 'ab', policy: 'private' },
    ];
    expect(ruleFor({ rows, drivers: [], secrets: [] }, 'ab', 'file')).toEqual(rows[0]);
  });

  it('links an unknown folder, and merges an unknown file', () => {
    expect(ruleFor(one('x'), 'new', 'folder')).toEqual({ policy: 'link', kind: 'folder' });
    expect(ruleFor(one('x'), 'new', 'file')).toEqual({ policy: 'merge', kind: 'file' });
  });
});

it.each([
  ['.claude.json', true],
  ['settings.json', true],
  ['settings.local.json', true],
  ['.credentials.json', true],
  ['mcp-servers.json', true],
  ['keybindings.json', false],
  ['CLAUDE.md', false],
])('%s may hold secrets: %s', (name, secret) => {
  expect(isSecret(loadLayout({}), name)).toBe(secret);
});

it('namedRows leaves patterns out', () => {
  expect(namedRows({ rows: [...one('a').rows, ...one('b*').rows], drivers: [], secrets: [] })).toEqual(['a']);
});
