import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tryWithoutLaunches } from '../../../src/session/locks.js';
import { readManifest } from '../../../src/session/manifest.js';
import { sessionPaths } from '../../../src/session/paths.js';
import { recoverAll } from '../../../src/sync/close/recover-all.js';
import { realFiles } from '../../../src/system/files/real-files.js';
import { bundled } from '../../support/bundled.js';
import { interrupted, type Interruption } from '../../support/calls.js';
import { endEverything } from '../../support/lifetime.js';
import type { Program } from '../../support/real-client.js';
import { type LiveChild, start } from '../../support/run.js';
import { createScratch, type Scratch } from '../../support/scratch.js';
import { layout } from '../../support/session.js';
import { someOf } from '../../support/some-of.js';
import { eventually } from '../../support/wait.js';

/** The script creation.ts as one file: it is started for every call that it makes. */
let creation: Program;
/** How many calls it makes. */
let calls = 0;

beforeAll(async () => {
  creation = await bundled(fileURLToPath(new URL('creation.ts', import.meta.url)));
  const { stdout } = await startCreation(createSharedDir(), 0, 'kill').ended;
  calls = Number(/calls: (\d+)/.exec(stdout.toString())?.[1]);
});
afterAll(endEverything);

describe('a launch that makes a session', () => {
  it('that is killed before any of its calls leaves nothing after the next recovery', async () => {
    expect(calls).toBeGreaterThan(30);
    await forEachCall(async (call) => {
      const scratch = createSharedDir();
      const before = scratch.tree('shared');
      expect(await startCreation(scratch, call, 'kill').ended).toMatchObject({ signal: 'SIGKILL' });
      expect(await recoverAll(realFiles, { stateDir: scratch.at('state'), layout })).toEqual([]);
      const places = Object.entries(scratch.tree('state')).map(([path, content]) => `${path} <${content}>`);
      expect(
        places.filter((place) => !['locks <folder>', 'locks/launches <>', 'open <folder>', 'sessions <folder>'].includes(place)),
      ).toEqual([]);
      expect(scratch.tree('shared')).toMatchObject(before);
      expect(Object.values(scratch.tree('shared')).toSorted()).toEqual([...Object.values(before), ...added(scratch, before)].toSorted());
      expect(scratch.temporaries()).toEqual([]);
    });
  });

  it('that is at any of its calls during a recovery is not harmed', async () => {
    await forEachCall(async (call) => {
      const scratch = createSharedDir();
      const child = startCreation(scratch, call, 'wait');
      await eventually(() => child.stdout().includes('waiting'), `the launch at call ${call}`);
      expect(await recoverAll(realFiles, { stateDir: scratch.at('state'), layout })).toEqual([]);
      child.stdin.end();
      expect((await child.ended).stdout.toString()).toContain('made\n');
      expect(scratch.tree('state/open')).toEqual({ one: '' });
      expect(readManifest(sessionPaths(scratch.at('state'), 'one').manifest)?.state.name).toBe('open');
      expect(Object.keys(scratch.tree('state/sessions/one')).toSorted()).toEqual(whole);
    });
  });
});

it('a launch waits while leftovers are being removed, and continues without that if it takes too long', async () => {
  const scratch = createSharedDir();
  scratch.folder('state/locks');
  const removing = tryWithoutLaunches(scratch.at('state'));
  expect(removing).toBeDefined();
  // Two folders, one of which exists already, the lock, and then the lock once more.
  const child = startCreation(scratch, 5, 'wait');
  await eventually(() => child.stdout().includes('waiting'), 'the launch waits');
  removing?.release();
  child.stdin.end();
  expect((await child.ended).stdout.toString()).toContain(`made\ncalls: ${calls + 2}\n`);

  const other = createSharedDir();
  other.folder('state/locks');
  const stopped = tryWithoutLaunches(other.at('state'));
  expect((await startCreation(other, 0, 'kill').ended).stdout.toString()).toContain('made\n');
  stopped?.release();
});

/** All files and folders of such a session. */
const whole = [
  ...['agent-memory', 'notes.md', 'plans/a.md', 'plans/deep/b.md', 'plans/link', 'projects', 'settings.json', 'skills', 'CLAUDE.md'].map(
    (name) => `.claude/${name}`,
  ),
  'alive',
  'launcher',
  ...['notes.md', 'plans/a.md', 'plans/deep/b.md', 'plans/link', 'settings.json'].map((name) => `base/home/${name}`),
  'session.json',
  'settings.json',
].toSorted();

/** A shared dir with a file, or a folder, for each kind of row, and a name that no row has. */
function createSharedDir(): Scratch {
  const scratch = createScratch();
  scratch.folder('state');
  scratch.write('shared/settings.json', '{}');
  scratch.write('shared/notes.md', 'a note\n');
  scratch.write('shared/plans/a.md', 'a\n');
  scratch.write('shared/plans/deep/b.md', 'b\n');
  scratch.link('shared/plans/link', 'a.md');
  return scratch;
}

/** Only empty folders may be added. */
function added(scratch: Scratch, before: Readonly<Record<string, string>>): string[] {
  return Object.keys(scratch.tree('shared'))
    .filter((path) => !(path in before))
    .map(() => 'folder');
}

function startCreation({ root }: Scratch, call: number, act: Interruption['act']): LiveChild {
  return start(creation, [root], { cwd: root, env: interrupted({ folder: root, call, act }), input: { open: true } });
}

/** A few at a time: a process waits most of the time. */
async function forEachCall(act: (call: number) => Promise<void>): Promise<void> {
  const left = someOf(Array.from({ length: calls }, (_, at) => at + 1));
  const work = async (): Promise<void> => {
    for (let call = left.shift(); call !== undefined; call = left.shift()) await act(call);
  };
  await Promise.all(Array.from({ length: 3 }, work));
}
