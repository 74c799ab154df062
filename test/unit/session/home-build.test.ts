import { statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findSharedDir, type SharedDir } from '../../../src/client/shared-dir.js';
import { loadLayout, type Row } from '../../../src/config/layout.js';
import { buildHome } from '../../../src/session/home.js';
import { createScratch, type Scratch } from '../../support/scratch.js';

const ROWS: Row[] = [
  { path: 'linked', policy: 'link', kind: 'folder' },
  { path: 'log', policy: 'link', kind: 'file' },
  { path: 'over', policy: 'overlay', kind: 'folder' },
  { path: 'plans', policy: 'merge', kind: 'folder' },
  { path: '*.lock', policy: 'private' },
];

function build(
  scratch: Scratch,
  rows: readonly Row[] = ROWS,
  shared: SharedDir = findSharedDir({ CLAUDE_CONFIG_DIR: scratch.at('shared') }, '/'),
): { home: Record<string, string>; base: Record<string, string> } {
  buildHome({ rows, drivers: [], secrets: [] }, shared, { home: scratch.at('home'), homeBase: scratch.at('base/home') });
  return { home: scratch.tree('home'), base: scratch.tree('base/home') };
}

/** The links that a home has whatever the shared dir contains. */
const links = (scratch: Scratch): Record<string, string> =>
  Object.fromEntries(['linked', 'log', 'over'].map((name) => [name, `-> ${scratch.at('shared', name)}`]));

describe('buildHome', () => {
  it('makes the shared dir and the linked folders', () => {
    const scratch = createScratch();
    expect(build(scratch)).toEqual({ home: { ...links(scratch), plans: 'folder' }, base: {} });
    expect(scratch.tree('shared')).toEqual({ linked: 'folder', over: 'folder' });
    for (const folder of ['home', 'base/home', 'shared', 'shared/linked', 'home/plans'])
      expect(statSync(scratch.at(folder)).mode & 0o777).toBe(0o700);
  });

  it('adds optional names only if the shared dir has them', () => {
    const rows: Row[] = [
      ...ROWS,
      { path: 'themes', policy: 'overlay', kind: 'folder', optional: true },
      { path: 'downloads', policy: 'link', kind: 'folder', optional: true },
    ];
    const scratch = createScratch();
    scratch.write('shared/themes/dark.json', '{}');

    expect(build(scratch, rows).home).toEqual({ ...links(scratch), plans: 'folder', themes: `-> ${scratch.at('shared/themes')}` });
    expect(Object.keys(scratch.tree('shared'))).toEqual(expect.not.arrayContaining(['downloads']));
  });

  it('copies merged files, and keeps their base', () => {
    const scratch = createScratch();
    scratch.write('shared/unknown.md', 'x');
    scratch.write('shared/plans/sub/p.md', 'p');
    scratch.link('shared/plans/l', '/nowhere');
    scratch.write('shared/x.lock', 'x');
    scratch.write('shared/folder/y', 'y');
    const copied = { 'unknown.md': 'x', 'plans/sub/p.md': 'p', 'plans/l': '-> /nowhere' };
    expect(build(scratch)).toEqual({ home: { ...links(scratch), ...copied, folder: `-> ${scratch.at('shared/folder')}` }, base: copied });
  });

  it('copies the content behind a link', () => {
    const scratch = createScratch();
    scratch.link('shared/settings.json', scratch.write('dotfiles/s', '{}'));
    expect(build(scratch, [])).toEqual({ home: { 'settings.json': '{}' }, base: { 'settings.json': '{}' } });
  });

  it('copies the state file from its own path, not one that is in the shared dir', () => {
    const scratch = createScratch();
    scratch.write('shared/.claude.json', 'nobody');
    scratch.write('outside.json', '{}');
    const shared: SharedDir = { dir: scratch.at('shared'), stateFile: scratch.at('outside.json'), userValue: null };
    expect(build(scratch, [{ path: '.claude.json', policy: 'merge', kind: 'file' }], shared).home).toEqual({ '.claude.json': '{}' });
  });

  it.each<readonly [name: string, arrange: (scratch: Scratch) => unknown, home: (scratch: Scratch) => Record<string, string>]>([
    ['a link that leads nowhere', (scratch) => scratch.link('shared/linked', '/nowhere/x'), () => ({})],
    ['a file where a merged folder is expected', (scratch) => scratch.write('shared/plans', 'x'), () => ({ plans: 'x' })],
    ['a file where a linked folder is expected', (scratch) => scratch.write('shared/linked', 'x'), () => ({})],
  ])('builds over %s', (_name, arrange, home) => {
    const scratch = createScratch();
    arrange(scratch);
    expect(build(scratch).home).toMatchObject({ ...links(scratch), ...home(scratch) });
  });

  it('changes nothing in a shared dir with the built-in layout except for new folders', () => {
    const scratch = createScratch();
    const content = { 'settings.json': '{}', 'CLAUDE.md': 'x', 'plans/p.md': 'p', 'projects/p/s.jsonl': '{}' };
    for (const [name, text] of Object.entries(content)) scratch.write(`shared/${name}`, text);
    build(scratch, loadLayout({}).rows);
    const { ...after } = scratch.tree('shared');
    expect(Object.fromEntries(Object.entries(after).filter(([, text]) => text !== 'folder'))).toEqual(content);
  });
});
