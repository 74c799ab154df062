import { describe, expect, it } from 'vitest';
import { readManifest } from '../../../src/session/manifest.js';
import { findConflicts } from '../../../src/sync/conflicts/conflicts.js';
import { realFiles } from '../../../src/system/files/real-files.js';
import { settle } from '../../../src/sync/conflicts/settle.js';
import { createStory } from '../scenarios/story.js';
import { mergerIn, pushOne } from '../../support/push-items.js';
import { createScratch } from '../../support/scratch.js';
import { layout } from '../../support/session.js';

describe('unusual names and links', () => {
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

  it('a shared link that leads back to itself does not block a session', async () => {
    const scratch = createScratch();
    scratch.link('shared/x.md', 'x.md');
    const change = { place: 'x.md', target: scratch.at('shared/x.md'), base: null, ours: Buffer.from('ours\n') };
    const pushed = await pushOne(mergerIn(scratch.at('own')), change, {
      drivers: layout.drivers,
      conflict: { keep: 'copy', branch: 'main', id: 'me' },
    });
    expect(pushed.outcome).toBe('conflict');
    expect(scratch.tree('shared')).toEqual({ 'x.md': '-> x.md', 'x.conflict-main-me.md': 'ours\n' });
  });

  it('a settings file that is a link in the session does not replace a broken shared one', async () => {
    const story = createStory({ 'settings.json': '{broken' });
    const anna = story.session('anna');
    story.scratch.write('outside/settings.json', '{"s":1}');
    anna.removes('settings.json');
    story.scratch.link(anna.home('settings.json'), story.scratch.at('outside/settings.json'));
    await anna.ends();
    expect(story.shared('.')['settings.json']).toBe('{broken');
  });
});

describe('a link in the place of', () => {
  it('settings that could not be merged, before the user settles them: no file behind the link is read', async () => {
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
