import { describe, expect, it } from 'vitest';
import { loadLayout, ruleFor, toRow, toUserDriverRow } from '../../../src/config/layout.js';
import { driverFor } from '../../../src/merge/driver-for.js';
import type { DriverRow } from '../../../src/merge/drivers.js';

describe('toRow', () => {
  it.each([
    { path: 'a', policy: 'link', kind: 'folder' },
    { path: 'a', policy: 'overlay', kind: 'file' },
    { path: 'a', policy: 'merge', kind: 'file' },
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
    ['.claude.json', 'file', { policy: 'merge' }],
    ['settings.json', 'file', { policy: 'merge' }],
    ['projects', 'folder', { policy: 'link' }],
    ['.last-cleanup', 'file', { policy: 'link' }],
    ['image-cache', 'folder', { policy: 'private' }],
    ['state', 'folder', { policy: 'link' }],
    ['skills', 'folder', { policy: 'overlay' }],
    ['.claude.json.lock', 'folder', { policy: 'private' }],
    ['settings.json.corrupt.2026-01-01T00-00-00.000Z', 'file', { policy: 'private' }],
    ['.a.md.0123456789.pclaude-tmp', 'file', { policy: 'private' }],
  ] as const)('has a rule for %s', (name, kind, rule) => {
    expect(ruleFor(loadLayout({}), name, kind)).toMatchObject(rule);
  });

  it('puts rows of the user first', () => {
    expect(ruleFor(loadLayout({ rows: [{ path: 'skills', policy: 'private' }] }), 'skills', 'folder')).toMatchObject({ policy: 'private' });
  });
});

describe('the built-in drivers', () => {
  it.each([
    ['.claude.json', { kind: 'json', rules: { atoms: ['oauthAccount'] } }],
    ['settings.json', { kind: 'json', rules: { counters: [] } }],
    ['stats-cache.json', { kind: 'json', rules: { atoms: [''] } }],
    ['remote-settings.json', { kind: 'json', rules: { atoms: [''] } }],
    ['skills/x/settings.json', { kind: 'json', rules: { counters: [], atoms: [] } }],
    ['memory/MEMORY.md', { kind: 'index', entryKeys: ['link', 'text'] }],
    ['skills/_index.md', { kind: 'index', entryKeys: ['link', 'cell', 'text'] }],
    ['memory/a.md', { kind: 'text', stamps: ['modified'] }],
    ['a/b.jsonl', { kind: 'jsonl' }],
  ])('merge %s according to its kind', (place, driver) => {
    expect(driverFor(loadLayout({}).drivers, place)).toMatchObject(driver);
  });

  it('follow those of the user', () => {
    const drivers: DriverRow[] = [{ path: '*.md', driver: { kind: 'opaque' } }];
    expect(driverFor(loadLayout({ drivers }).drivers, 'memory/MEMORY.md')).toEqual({ kind: 'opaque' });
  });
});

describe('toUserDriverRow', () => {
  it.each([
    [{ path: 'a', driver: 'magic' }, 'driver row "a": driver is'],
    [{ path: 'a', driver: 'json', rules: 'none' }, 'driver row "a": rules are "state"'],
    [{ path: 'a', driver: 'index', entryKeys: ['row'] }, 'driver row "a": entryKeys are'],
  ])('refuses %j', (raw, message) => {
    expect(() => toUserDriverRow(raw)).toThrow(message);
  });
});
