import { describe, expect, it } from 'vitest';
import { sessionPaths } from '../../../../src/session/paths.js';
import type { Session } from '../../../../src/session/session.js';
import type { FileResult } from '../../../../src/sync/change.js';
import { candidatesOf } from '../../../../src/sync/collect/candidates.js';
import { differencesIn, homeTree } from '../../../../src/sync/collect/differences.js';
import type { Files } from '../../../../src/system/files/files.js';
import { realFiles } from '../../../../src/system/files/real-files.js';
import { countingFiles, Crash, crashingFiles, failingFiles } from '../../../support/faulty-files.js';
import { mergerIn, pushItems } from '../../../support/push-items.js';
import { createScratch, type Scratch } from '../../../support/scratch.js';
import { layout, manifestOf } from '../../../support/session.js';

/** Text of a file, or `-> target` for a link; undefined for nothing. */
interface Versions {
  readonly base?: string;
  readonly ours?: string;
  readonly theirs?: string;
}

function prepare(name: string, { base, ours, theirs }: Versions): Scratch {
  const scratch = createScratch();
  for (const folder of ['base', 'home', 'shared']) scratch.folder(folder);
  for (const [folder, text] of Object.entries({ base, home: ours, shared: theirs })) {
    if (text?.startsWith('-> ')) scratch.link(`${folder}/${name}`, text.slice(3));
    else if (text !== undefined) scratch.write(`${folder}/${name}`, text);
  }
  return scratch;
}

async function pushIn(scratch: Scratch, name: string, files: Files = realFiles): Promise<FileResult[]> {
  const paths = {
    ...sessionPaths(scratch.at('state'), 'me'),
    home: scratch.at('home'),
    homeBase: scratch.at('base'),
    replaced: scratch.at('own/replaced.jsonl'),
  };
  const session: Session = { stateDir: scratch.at('state'), layout, paths, manifest: manifestOf(scratch, 'me', { branch: null }) };
  const folders = new Map([[name, [...differencesIn(realFiles, homeTree(session, name))]]]);
  return pushItems(mergerIn(scratch.at('own'), files), candidatesOf(files, session, { folders, isHomeComplete: true }, name));
}

describe('candidatesOf, merged', () => {
  it.each<readonly [what: string, name: string, versions: Versions, after: Record<string, string>]>([
    [
      'merges settings key by key',
      'settings.json',
      { base: '{"a":1,"b":1}', ours: '{"a":2,"b":1}', theirs: '{"a":1,"b":2}' },
      { 'settings.json': '{"a":2,"b":2}' },
    ],
    [
      'adds up the counters of the state file',
      '.claude.json',
      { base: '{"numStartups":10}', ours: '{"numStartups":11}', theirs: '{"numStartups":11}' },
      { '.claude.json': '{"numStartups":12}' },
    ],
    [
      'takes the account as a whole',
      '.claude.json',
      { base: '{}', ours: '{"oauthAccount":{"a":1}}', theirs: '{}' },
      { '.claude.json': '{"oauthAccount":{"a":1}}' },
    ],
    [
      'makes no copy of settings that do not parse',
      'settings.json',
      { base: '{}', ours: '{"key":', theirs: '{"a":1}' },
      { 'settings.json': '{"a":1}' },
    ],
    ['nor of a state file', '.claude.json', { base: '{}', ours: '{"key":', theirs: '{"a":1}' }, { '.claude.json': '{"a":1}' }],
    [
      'makes one of a file without secrets',
      'keybindings.json',
      { base: '{}', ours: '{"key":', theirs: '{"a":1}' },
      { 'keybindings.json': '{"a":1}', 'keybindings.conflict-detached-me.json': '{"key":' },
    ],
    [
      'merges an unknown file according to its name',
      'NOTES.md',
      { base: 'a\nb\nc\n', ours: 'A\nb\nc\n', theirs: 'a\nb\nC\n' },
      { 'NOTES.md': 'A\nb\nC\n' },
    ],
    ['moves what the session made', 'NOTES.md', { ours: 'a\n' }, { 'NOTES.md': 'a\n' }],
    ['merges a folder', 'plans/x.md', { base: 'a\n', ours: 'b\n', theirs: 'a\n' }, { 'plans/x.md': 'b\n' }],
    ['copies a link', 'l', { ours: '-> /nowhere' }, { l: '-> /nowhere' }],
    ['has nothing to do for a missing file', 'gone.md', { base: 'a\n', theirs: 'a\n' }, { 'gone.md': 'a\n' }],
    [
      'does not read its base through a link',
      'NOTES.md',
      { base: '-> ../shared/NOTES.md', ours: 'ours\n', theirs: 'theirs\n' },
      { 'NOTES.md': 'theirs\n', 'NOTES.conflict-detached-me.md': 'ours\n' },
    ],
  ])('%s (%s)', async (_what, name, versions, after) => {
    const scratch = prepare(name, versions);
    const top = name.split('/')[0] ?? name;
    await pushIn(scratch, top);
    expect(scratch.tree('shared')).toEqual(after);
    // The second time no counter is added again, and no second copy is made.
    await pushIn(scratch, top);
    expect(scratch.tree('shared')).toEqual(after);
    expect(scratch.temporaries()).toEqual([]);
  });

  it.each<readonly [what: string, base: string, ours: string]>([
    ['a folder that became a file', 'plans/x.md', 'plans'],
    ['a file that became a folder', 'plans', 'plans/x.md'],
  ])('loses nothing of %s', async (_what, base, ours) => {
    const scratch = prepare('plans/x.md', {});
    for (const folder of ['base', 'shared']) scratch.write(`${folder}/${base}`, 'theirs\n');
    scratch.write(`home/${ours}`, 'ours\n');
    await pushIn(scratch, 'plans');
    expect(Object.values(scratch.tree('shared')).toSorted()).toEqual(['ours\n', 'theirs\n']);
    expect(scratch.read(`shared/${base}`)).toBe('theirs\n');
  });

  it('survives an error, and a crash, at any call', async () => {
    const name = 'settings.json';
    const versions = { base: '{"a":1,"b":1}', ours: '{"a":2,"b":1}', theirs: '{"a":1,"b":2}' };
    const merged = '{"a":2,"b":2}';
    const { calls } = await counted(name, versions);
    for (let call = 1; call <= calls.length; call++) {
      for (const files of [failingFiles(realFiles, { call, error: 'ENOSPC' }), crashingFiles(realFiles, call)]) {
        const scratch = prepare(name, versions);
        await expect(pushIn(scratch, name, files)).rejects.toThrow(/ENOSPC|killed/);
        expect([versions.theirs, merged]).toContain(scratch.read(`shared/${name}`));
        expect(scratch.read(`home/${name}`)).toBe(versions.ours);
        await pushIn(scratch, name);
        expect(scratch.read(`shared/${name}`)).toBe(merged);
      }
    }
    await expect(pushIn(prepare(name, versions), name, crashingFiles(realFiles, 1))).rejects.toThrow(Crash);
  });
});

async function counted(name: string, versions: Versions): Promise<{ calls: readonly string[] }> {
  const files = countingFiles(realFiles);
  await pushIn(prepare(name, versions), name, files);
  return files;
}
