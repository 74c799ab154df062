import { describe, expect, it } from 'vitest';
import { recoverSession } from '../../../src/sync/close/recover-session.js';
import { findConflicts } from '../../../src/sync/conflicts/conflicts.js';
import { settle } from '../../../src/sync/conflicts/settle.js';
import type { Files } from '../../../src/system/files/files.js';
import { realFiles } from '../../../src/system/files/real-files.js';
import { mergeAndClose } from '../../support/close.js';
import { countingFiles, crashingFiles, interferingFiles } from '../../support/faulty-files.js';
import { quickFiles } from '../../support/quick-files.js';
import type { Scratch } from '../../support/scratch.js';
import { layout, openSession } from '../../support/session.js';
import { createStory, MEMORY, replacing, type Story } from './story.js';

/** Part of every value that must not be in the log; no name of a key contains it. */
const SECRET = 'TOKEN';

const settings = (value: string, more = ''): string => `{"env":{"KEY":"${SECRET}-${value}"}${more}}`;

/** Everything that is recorded about merges, in the log and in journals, with base64 decoded. The test fails if nothing was logged. */
function logged(scratch: Scratch): string {
  const kept = Object.entries(scratch.tree('state')).filter(([path]) => path.startsWith('log/') || path.endsWith('/merged.jsonl'));
  expect(kept.map(([path]) => path)).toContainEqual(expect.stringMatching(/^log\/.*\.jsonl$/));
  const text = kept.map(([, content]) => content).join('\n');
  const encoded = [...text.matchAll(/"base64":"([^"]*)"/g)].map(([, base64 = '']) => Buffer.from(base64, 'base64').toString('latin1'));
  return [text, ...encoded].join('\n');
}

/** A session changes one file of its home, which is then merged with the changes of other writers. */
async function merging(
  name: string,
  { base, ours, theirs = base }: { base: string | null; ours: string; theirs?: string | Uint8Array | null },
): Promise<Story> {
  const story = createStory(base === null ? {} : { [name]: base });
  const session = story.session('anna');
  story.scratch.write(session.home(name), ours);
  if (theirs !== null) story.scratch.write(`shared/${name}`, theirs);
  await session.ends();
  return story;
}

const THREE = { base: settings('base'), ours: settings('ours', ',"a":1'), theirs: settings('theirs', ',"b":1') };

describe('the log has no content of', () => {
  it.each([
    '.claude.json',
    '.config.json',
    'settings.json',
    'settings.local.json',
    'Settings.json',
    'mcp.json',
    '.mcp.json',
    'my-mcp-servers.json',
    // Copies that editors and users put beside a file.
    'settings.json.bak',
    'settings.json~',
    '.settings.json.swp',
    '.claude.json.old',
    '.claude.conflict-main-0123456789.json',
    'plans/settings.json',
    'agent-memory/x/mcp.json',
  ])('%s: changed by one, by both, and made', async (name) => {
    for (const versions of [{ ...THREE, theirs: THREE.base }, THREE, { ...THREE, base: null, theirs: null }, { ...THREE, base: null }]) {
      const { scratch } = await merging(name, versions);
      expect(logged(scratch)).not.toContain(SECRET);
    }
  });

  it.each(['settings.json', '.claude.json', 'mcp.json'])('%s behind a link of another name', async (name) => {
    const story = createStory({});
    const { scratch } = story;
    scratch.write('dotfiles/claude', THREE.base);
    scratch.link(`shared/${name}`, '../dotfiles/claude');
    const session = story.session('anna');
    scratch.write(session.home(name), THREE.ours);
    scratch.write('dotfiles/claude', THREE.theirs);
    await session.ends();
    expect(scratch.read('dotfiles/claude')).toContain('"a":1');
    expect(logged(scratch)).not.toContain(SECRET);
  });

  it.each(['settings.json', '.claude.json'])('%s that does not parse, nor of the copy that is quarantined', async (name) => {
    for (const theirs of [`{"env":{"KEY":"${SECRET}`, SECRET, Buffer.from([0xff, ...Buffer.from(SECRET)])]) {
      const { scratch } = await merging(name, { ...THREE, theirs });
      expect(Object.keys(scratch.tree('shared')).filter((path) => path.includes('.corrupt.'))).toHaveLength(1);
      expect(logged(scratch)).not.toContain(SECRET);
    }
  });

  it('settings that do not parse behind a link, nor of the copy that is quarantined there', async () => {
    const story = createStory({});
    const { scratch } = story;
    scratch.write('dotfiles/claude', THREE.base);
    scratch.link('shared/settings.json', '../dotfiles/claude');
    const session = story.session('anna');
    scratch.write(session.home('settings.json'), THREE.ours);
    scratch.write('dotfiles/claude', `{"env":{"KEY":"${SECRET}`);
    await session.ends();
    expect(Object.keys(scratch.tree('dotfiles')).filter((path) => path.startsWith('claude.corrupt.'))).toHaveLength(1);
    expect(logged(scratch)).not.toContain(SECRET);
  });

  it.each(['settings.json', '.claude.json'])('%s that an external writer wrote at the last moment, or broke', async (name) => {
    for (const written of [settings('stranger', ',"c":1'), `{"env":{"KEY":"${SECRET}-stranger`]) {
      const { scratch } = createStory({ [name]: THREE.base });
      const { lock, ...session } = openSession(scratch, 'anna000000');
      lock.release();
      scratch.write(`${session.paths.home}/${name}`, THREE.ours);
      await mergeAndClose(
        session,
        interferingFiles(realFiles, { before: 'exchange', act: () => scratch.write(`shared/${name}`, written) }),
      );
      expect(Object.values(scratch.tree('shared')).join()).toContain('-stranger');
      expect(logged(scratch)).not.toContain(SECRET);
    }
  });

  it.each(['ours', 'theirs', 'content'] as const)('settings that a session left broken, if they are settled with %s', async (take) => {
    const story = createStory({ 'settings.json': THREE.base, 'plans/a.md': 'a\n' });
    const { scratch } = story;
    const { lock, ...session } = openSession(scratch, 'anna000000');
    lock.release();
    scratch.write(`${session.paths.home}/settings.json`, `{"env":{"KEY":"${SECRET}-ours`);
    scratch.write(`${session.paths.home}/plans/a.md`, 'b\n');
    scratch.write('shared/settings.json', THREE.theirs);
    await mergeAndClose(session);
    const scope = { stateDir: session.stateDir, shared: session.manifest.shared, layout };
    const [conflict] = findConflicts(realFiles, { ...scope, sessions: [{ ...session.manifest, state: { name: 'closed', at: 0 } }] });
    if (!conflict) throw new Error('there is no conflict');
    if (take === 'ours') scratch.write(conflict.ours, settings('mended'));
    const theirs = Buffer.from(THREE.theirs);
    await settle(realFiles, scope, conflict, take === 'content' ? { take, content: Buffer.from(settings('mended')), theirs } : { take });
    expect(scratch.read('shared/settings.json')).toContain(take === 'theirs' ? 'theirs' : 'mended');
    expect(logged(scratch)).not.toContain(SECRET);
  });

  it.each(['settings', '.claude', 'mcp'])('a conflict copy of %s.json, of any origin, if it is settled', async (stem) => {
    const story = createStory({ [`${stem}.json`]: THREE.theirs, [`${stem}.conflict-main-0123456789.json`]: THREE.ours });
    await story.settle('ours');
    expect(story.shared('.')).toEqual({ [`${stem}.json`]: THREE.ours });
    expect(logged(story.scratch)).not.toContain(SECRET);
  });

  it('a memory that is a link to settings', async () => {
    const story = createStory({});
    const { scratch } = story;
    scratch.write('dotfiles/claude', THREE.base);
    scratch.link('shared/settings.json', '../dotfiles/claude');
    scratch.write(`shared/${MEMORY}/a.md`, 'a\n');
    scratch.link(`shared/${MEMORY}/notes.md`, scratch.at('shared/settings.json'));
    const session = story.session('anna');
    const edit = session.edits('notes.md', replacing('base', 'edited'));
    await edit.begin();
    await edit.end();
    await session.ends();
    expect(scratch.read('dotfiles/claude')).toContain('edited');
    expect(logged(scratch)).not.toContain(SECRET);
  });

  it('settings in a memory folder, which is any folder that the user names', async () => {
    const story = createStory({});
    const { scratch } = story;
    scratch.write(`shared/${MEMORY}/settings.local.json`, THREE.base);
    const session = story.session('anna');
    const edit = session.edits('settings.local.json', replacing('base', 'edited'));
    await edit.begin();
    await edit.end();
    expect(logged(scratch)).not.toContain(SECRET);
  });
});

/** A session that has three files to merge: one was broken meanwhile, one changed. */
function threeFiles(): { scratch: Scratch; session: Omit<ReturnType<typeof openSession>, 'lock'> } {
  const { scratch } = createStory({ 'settings.json': THREE.base, '.claude.json': THREE.base, 'mcp.json': THREE.base });
  const { lock, ...session } = openSession(scratch, 'anna000000');
  lock.release();
  for (const name of ['settings.json', '.claude.json', 'mcp.json']) scratch.write(`${session.paths.home}/${name}`, THREE.ours);
  scratch.write('shared/settings.json', `{"env":{"KEY":"${SECRET}`);
  scratch.write('shared/.claude.json', THREE.theirs);
  return { scratch, session };
}

/** Files of which the third is changed at the last moment. */
function withExternalWriter(scratch: Scratch, files: Files): Files {
  return interferingFiles(files, { before: 'exchange', act: () => scratch.write('shared/mcp.json', settings('stranger')) });
}

it('the log has no content of settings after a crash in any phase, and after the completion of the merge', async () => {
  const whole = threeFiles();
  const counting = countingFiles(quickFiles);
  await mergeAndClose(whole.session, withExternalWriter(whole.scratch, counting));
  for (let call = 1; call <= counting.calls.length; call += 3) {
    const { scratch, session } = threeFiles();
    await expect(mergeAndClose(session, withExternalWriter(scratch, crashingFiles(quickFiles, call)))).rejects.toThrow('killed');
    await recoverSession(quickFiles, { stateDir: session.stateDir, layout }, 'anna000000');
    expect(logged(scratch)).not.toContain(SECRET);
  }
});

it('the log has the content of files without secrets: the tests above would see it', async () => {
  const { scratch } = await merging('notes.md', { base: 'one\n', ours: `${SECRET}\n` });
  expect(logged(scratch)).toContain(SECRET);
});
