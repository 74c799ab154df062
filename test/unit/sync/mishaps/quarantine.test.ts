import { rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { FileOutcome } from '../../../../src/sync/change.js';
import type { Files } from '../../../../src/system/files/files.js';
import { realFiles } from '../../../../src/system/files/real-files.js';
import { resumeIfNeeded } from '../../../../src/sync/apply/resume-if-needed.js';
import { countingFiles, Crash, crashingFiles } from '../../../support/faulty-files.js';
import { mergerIn, pushOne } from '../../../support/push-items.js';
import { createScratch, type Scratch } from '../../../support/scratch.js';
import { layout } from '../../../support/session.js';

interface Versions {
  readonly base?: string | null;
  readonly ours: string | null;
  readonly theirs: string | null;
}

/** Merges a session's version of a shared file with secrets, as a sync does. */
async function push(scratch: Scratch, name: string, files: Files = realFiles): Promise<FileOutcome> {
  const merger = mergerIn(scratch.at('own'), files);
  await resumeIfNeeded(merger);
  const read = (path: string): Uint8Array | null => realFiles.read(scratch.at(path));
  scratch.folder('shared');
  const change = { place: name, target: scratch.at('shared', name), base: read(`base/${name}`), ours: read(`home/${name}`) };
  return pushOne(
    merger,
    change,
    { drivers: layout.drivers, conflict: { keep: 'session' } },
    { path: scratch.at('base', name), root: scratch.folder('base') },
  );
}

function prepare(name: string, { base = null, ours, theirs }: Versions): Scratch {
  const scratch = createScratch();
  for (const [folder, text] of Object.entries({ base, home: ours, shared: theirs }))
    if (text !== null) scratch.write(`${folder}/${name}`, text);
  return scratch;
}

function quarantined(pushed: FileOutcome): string | undefined {
  return pushed.outcome === 'merged' ? pushed.quarantined : undefined;
}

describe('a shared file that does not parse', () => {
  it.each<readonly [theirs: string, ours: string]>([
    ['{"a":', '{"b":1}'],
    ['', '{"b":1}'],
    ['{"a":1}}', '// mine\n{"b":1}'],
    ['\0\0\0', '{"b":1}'],
  ])("%j is quarantined, and the session's version, %j, replaces it", async (theirs, ours) => {
    const scratch = prepare('settings.json', { base: '{}', ours, theirs });
    const aside = quarantined(await push(scratch, 'settings.json'));
    expect(aside).toMatch(/settings\.json\.corrupt\.\d{4}-\d\d-\d\dT[\d.-]+Z$/);
    const { 'settings.json': settings, ...asides } = scratch.tree('shared');
    expect([settings, Object.values(asides)]).toEqual([ours, [theirs]]);
    expect(scratch.read(aside ?? '')).toBe(theirs);
    expect(scratch.temporaries()).toEqual([]);
  });

  it.each<readonly [name: string, theirs: string | null, ours: string | null]>([
    ['settings.json', '{"a":1}', '{"b":1}'],
    ['settings.json', '{"a":', '{"b":'],
    ['settings.json', '{"a":', ''],
    ['settings.json', '{"a":', null],
    ['settings.json', null, '{"b":1}'],
    ['notes.md', '{"a":', '{"b":1}'],
  ])('does not include %s if it is %j and ours is %j', async (name, theirs, ours) => {
    const scratch = prepare(name, { ours, theirs });
    expect(quarantined(await push(scratch, name))).toBeUndefined();
    expect(Object.keys(scratch.tree('shared'))).toEqual([name]);
  });

  it('is left alone by a session that did not change its own', async () => {
    const scratch = prepare('settings.json', { base: '{"a":1}', ours: '{"a":1}', theirs: '{"a":' });
    expect(await push(scratch, 'settings.json')).toEqual({ outcome: 'unchanged' });
    expect(scratch.tree('shared')).toEqual({ 'settings.json': '{"a":' });
  });

  it('is rebuilt behind a link, which stays', async () => {
    const scratch = prepare('settings.json', { base: '{"a":1}', ours: '{"a":1,"b":2}', theirs: null });
    scratch.write('dotfiles/claude', '{"a":');
    scratch.link('shared/settings.json', '../dotfiles/claude');
    await push(scratch, 'settings.json');
    expect(scratch.tree('shared')).toEqual({ 'settings.json': '-> ../dotfiles/claude' });
    const { claude, ...asides } = scratch.tree('dotfiles');
    expect([claude, Object.keys(asides), Object.values(asides)]).toEqual([
      '{"a":1,"b":2}',
      [expect.stringMatching(/^claude\.corrupt\./)],
      ['{"a":'],
    ]);
  });

  it('does not include a file with another name that contains valid JSON behind a link', async () => {
    const scratch = prepare('settings.json', { ours: '{}', theirs: null });
    scratch.write('dotfiles/claude', '{"a":1}');
    scratch.link('shared/settings.json', '../dotfiles/claude');
    expect(quarantined(await push(scratch, 'settings.json'))).toBeUndefined();
    expect(scratch.tree('dotfiles')).toEqual({ claude: '{"a":1}' });
  });

  it('is kept once, however often a merge is killed, and before any call', async () => {
    const versions = { base: '{"a":1}', ours: '{"a":1,"b":2}', theirs: '{"a":' };
    const counting = countingFiles(realFiles);
    await push(prepare('settings.json', versions), 'settings.json', counting);
    for (let call = 1; call <= counting.calls.length; call++) {
      const scratch = prepare('settings.json', versions);
      for (let time = 0; time < 2; time++)
        await expect(push(scratch, 'settings.json', crashingFiles(realFiles, time === 0 ? call : 1))).rejects.toThrow(Crash);
      await push(scratch, 'settings.json');
      const { 'settings.json': settings, ...asides } = scratch.tree('shared');
      expect([settings, Object.values(asides)], `call ${call}`).toEqual(['{"a":1,"b":2}', ['{"a":']]);
      expect(scratch.temporaries()).toEqual([]);
      rmSync(scratch.root, { recursive: true });
    }
  });
});

describe('half a file that a session has left', () => {
  it.each(['{"a":1}', null])('does not replace a shared file, even if no other writer has changed that: %j', async (theirs) => {
    for (const ours of ['{"a":2,"b', '']) {
      const scratch = prepare('settings.json', { base: theirs, ours, theirs });
      expect(await push(scratch, 'settings.json')).toEqual({ outcome: 'conflict', copy: null });
      expect(scratch.tree('shared')['settings.json']).toBe(theirs ?? undefined);
      expect(scratch.read('base/settings.json')).toBe(theirs ?? undefined);
    }
  });

  it('is merged like any text if the shared one is also broken', async () => {
    const scratch = prepare('settings.json', { base: '{"a":1', ours: '{"a":2', theirs: '{"a":1' });
    expect(await push(scratch, 'settings.json')).toMatchObject({ outcome: 'merged' });
    expect(scratch.tree('shared')).toEqual({ 'settings.json': '{"a":2' });
  });
});
