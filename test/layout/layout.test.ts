import { describe, expect, it } from 'vitest';
import { loadLayout, toRow } from '../../src/layout/layout.js';
import { ruleFor } from '../../src/layout/match.js';

describe('toRow', () => {
  it.each([
    { path: 'a', policy: 'link', kind: 'folder' },
    { path: 'a', policy: 'overlay', kind: 'file' },
    { path: 'a', policy: 'merge', kind: 'file' },
    { path: 'a', policy: 'merge', kind: 'file', json: 'state' },
    { path: 'a', policy: 'private' },
  ])('reads %j', (raw) => {
    expect(toRow(raw)).toEqual(raw);
  });

  it.each([
    [{ path: 'a', policy: 'share', kind: 'file' }, 'layout row "a": policy is'],
    [{ path: 'a', policy: 'link' }, 'layout row "a": kind is'],
    [{ path: 'a', policy: 'merge', kind: 'socket' }, 'layout row "a": kind is'],
  ])('refuses %j', (raw, message) => {
    expect(() => toRow(raw)).toThrow(message);
  });
});

describe('loadLayout', () => {
  it.each([
    ['.claude.json', 'file', { policy: 'merge', json: 'state' }],
    ['settings.json', 'file', { policy: 'merge', json: 'settings' }],
    ['projects', 'folder', { policy: 'link' }],
    ['skills', 'folder', { policy: 'overlay' }],
    ['.claude.json.lock', 'folder', { policy: 'private' }],
    ['settings.json.corrupt.2026-01-01T00-00-00.000Z', 'file', { policy: 'private' }],
    ['.a.md.0123456789.pclaude-tmp', 'file', { policy: 'private' }],
  ] as const)('has a rule for %s', (name, kind, rule) => {
    expect(ruleFor(loadLayout([]), name, kind)).toMatchObject(rule);
  });

  it('has the JSON rules that its rows name', () => {
    const { rows, json } = loadLayout([]);
    const named = rows.flatMap((row) => (row.policy === 'merge' && row.json !== undefined ? [row.json] : []));
    expect(Object.keys(json)).toEqual(expect.arrayContaining(named));
  });

  it('puts rows of the user first', () => {
    expect(ruleFor(loadLayout([{ path: 'skills', policy: 'private' }]), 'skills', 'folder')).toMatchObject({ policy: 'private' });
  });
});
