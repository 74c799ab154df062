import { renameSync, symlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readManifest } from '../../src/session/manifest.js';
import { sessionPaths } from '../../src/session/paths.js';
import { findConflicts } from '../../src/sync/conflicts.js';
import { realFiles } from '../../src/sync/files.js';
import { pushCalls } from '../../src/sync/push-calls.js';
import { settle } from '../../src/sync/settle.js';
import { createStory, inTurn, MEMORY } from '../scenarios/story.js';
import { interferingFiles } from '../support/faulty-files.js';
import { mergerIn, pushOne } from '../support/push-items.js';
import { memoryIn } from '../support/overlaid.js';
import { createScratch } from '../support/scratch.js';
import { layout } from '../support/session.js';

describe('names and links that people have', () => {
  it.each([
    ['漢', 84],
    ['🦊', 63],
  ])('a name of 255 bytes in fewer characters (%s) is merged like any other', async (character, count) => {
    const name = `${character.repeat(count)}.md`;
    const story = createStory({});
    const anna = story.session('anna');
    anna.makes({ [`agent-memory/${name}`]: 'one\n' });
    await anna.ends();
    expect(story.shared('agent-memory')).toEqual({ [name]: 'one\n' });
  });

  it('a shared link that leads back to itself does not hold up a session', async () => {
    const scratch = createScratch();
    scratch.link('shared/x.md', 'x.md');
    const change = { place: 'x.md', target: scratch.at('shared/x.md'), base: null, ours: Buffer.from('ours\n') };
    const pushed = await pushOne(realFiles, mergerIn(scratch.at('own')), change, { drivers: layout.drivers, conflict: { keep: 'copy', branch: 'main', id: 'me' } });
    expect(pushed.outcome).toBe('conflict');
    expect(scratch.tree('shared')).toEqual({ 'x.md': '-> x.md', 'x.conflict-main-me.md': 'ours\n' });
  });

  it('a settings file that is a link in the session does not take the place of a broken shared one', async () => {
    const story = createStory({ 'settings.json': '{broken' });
    const anna = story.session('anna');
    story.scratch.write('outside/settings.json', '{"s":1}');
    anna.removes('settings.json');
    story.scratch.link(anna.home('settings.json'), story.scratch.at('outside/settings.json'));
    await anna.ends();
    expect(story.shared('.')['settings.json']).toBe('{broken');
  });
});

it('a memory that another session makes between the check of the client and the hook is not overwritten by a Write', async () => {
  const story = createStory({});
  const [anna, ben] = [story.session('anna'), story.session('ben')];
  await inTurn(anna.writes('deploy.md', 'Fridays.\n'));
  await inTurn(ben.writes('deploy.md', 'Frozen.\n'));
  expect(Object.values(story.memory())).toEqual(expect.arrayContaining(['Fridays.\n', 'Frozen.\n']));
});

describe('a link that takes the place of', () => {
  it('the private memory, just before a call is forgotten: nothing behind it is removed', async () => {
    const scratch = createScratch();
    const paths = sessionPaths(scratch.at('state'), 'me');
    scratch.write('outside/call/precious.md', 'precious\n');
    scratch.write(`${paths.memory}/call/a.md`, 'a\n');
    const swap = (): void => {
      renameSync(paths.memory, scratch.at('aside'));
      symlinkSync(scratch.at('outside'), paths.memory);
    };
    const files = interferingFiles(realFiles, { before: 'removeFolder', act: swap });
    await pushCalls(files, mergerIn(scratch.at('own')), memoryIn(scratch), ['call']);
    expect(scratch.tree('outside')).toEqual({ 'call/precious.md': 'precious\n' });
  });

  it('the folder of a call that has not begun: nothing is written behind it', async () => {
    const story = createStory({ [`${MEMORY}/a.md`]: 'a\n' });
    const anna = story.session('anna');
    story.scratch.folder('outside');
    for (let call = 0; call < 200; call++) story.scratch.link(`${anna.home('../memory')}/call-${call}`, story.scratch.at('outside'));
    await expect(anna.edits('a.md', (text) => text).begin()).rejects.toThrow('is a link');
    expect(story.scratch.tree('outside')).toEqual({});
  });

  it('settings that could not be merged, before somebody settles them: nothing behind it is read', async () => {
    const story = createStory({ 'settings.json': '{"a":1}' });
    const anna = story.session('anna');
    anna.changes('settings.json', () => 'broken');
    story.scratch.write('shared/settings.json', '{"a":2}');
    await anna.ends();
    const manifest = readManifest(anna.home('../session.json'));
    if (!manifest) throw new Error('there is no manifest');
    const [stateDir, { shared }] = [story.scratch.at('state'), manifest];
    const [conflict] = findConflicts(realFiles, { stateDir, shared, layout, sessions: [manifest] });
    if (!conflict) throw new Error('there is no conflict');
    anna.removes('settings.json');
    story.scratch.link(anna.home('settings.json'), story.scratch.write('outside/secret.json', '{"secret":1}'));
    await expect(settle(realFiles, { stateDir, shared, layout }, conflict, { take: 'ours' })).rejects.toThrow('is gone');
    expect(story.shared('.')['settings.json']).toBe('{"a":2}');
  });
});
