import { describe, expect, it } from 'vitest';
import { answerHook } from '../../../src/hook/hook.js';
import { createScratch, type Scratch } from '../../support/scratch.js';
import { hookOf, openSession } from '../../support/session.js';

/** Folders that a path may spell. */
interface Places {
  readonly folder: string;
  readonly root: string;
  readonly sessions: string;
}

/** A session with a memory, files around it, and the hook's answer to a call with this path and id. */
function prepare(): {
  scratch: Scratch;
  places: Places;
  ask: (path: string, call?: string, event?: string) => Promise<string | undefined>;
} {
  const scratch = createScratch();
  scratch.write('shared/settings.json', '{}');
  scratch.write('shared/projects/p/memory/a.md', 'a\n');
  scratch.write('shared/projects/p/memory2/a.md', 'a\n');
  const { stateDir, manifest, lock } = openSession(scratch, 'me');
  lock.release();
  const ask = async (path: string, call = 'call', event = 'PreToolUse'): Promise<string | undefined> =>
    answerHook(
      hookOf(stateDir, 'me'),
      JSON.stringify({ hook_event_name: event, tool_name: 'Edit', tool_use_id: call, tool_input: { file_path: path } }),
    );
  return { scratch, places: { folder: manifest.memoryFolder ?? '', root: scratch.root, sessions: scratch.at('state/sessions') }, ask };
}

describe('the hook ignores, and writes nothing for,', () => {
  it.each<readonly [path: string, of: (places: Places) => string]>([
    ['the folder itself', ({ folder }) => folder],
    ['the folder itself, with a slash', ({ folder }) => `${folder}/`],
    ['its parent', ({ folder }) => `${folder}/..`],
    ['a neighbour of which its name is the beginning', ({ folder }) => `${folder}2/a.md`],
    ['out of it by dots', ({ folder }) => `${folder}/../../../settings.json`],
    ['out of it by dots, from deep inside', ({ folder }) => `${folder}/x/y/../../../memory2/a.md`],
    ['out and back into another folder', ({ folder }) => `${folder}/../memory2/a.md`],
    ['far above the root', ({ folder }) => `${folder}/${'../'.repeat(50)}etc/passwd`],
    ['absolute', () => '/etc/passwd'],
    ['relative', () => 'a.md'],
    ['relative, with dots', () => '../a.md'],
    ['nothing', () => ''],
    ['the home by a tilde', () => '~/.claude/projects/p/memory/a.md'],
    ['an unknown session', ({ sessions }) => `${sessions}/other`],
    ['the notes of a session', ({ sessions }) => `${sessions}/other/notes`],
    ['out of the sessions by dots', ({ sessions }) => `${sessions}/other/notes/x/../../../../../shared/settings.json`],
    ['the settings in the home of a session', ({ sessions }) => `${sessions}/other/.claude/settings.json`],
    ['the memory of another project in the home of a session', ({ sessions }) => `${sessions}/other/.claude/projects/q/memory/a.md`],
    ['one that no system knows', ({ folder }) => `${folder}/a\0.md`],
    ['the manifest of the session', ({ sessions }) => `${sessions}/me/session.json`],
  ])('a path that is %s', async (_what, of) => {
    const { scratch, places, ask } = prepare();
    const before = scratch.tree();
    for (const event of ['PreToolUse', 'PostToolUse']) expect(await ask(of(places), 'call', event)).toBeUndefined();
    expect(scratch.tree()).toEqual(before);
  });

  it.each(['', '.', '..', '../x', '/x', 'x/y', '..\\x', 'a b', 'x\n', '\nx', 'x\0', '*', 'ü', 'x/../../..'])(
    'a call with the id %j',
    async (call) => {
      const { scratch, places, ask } = prepare();
      const before = scratch.tree();
      for (const event of ['PreToolUse', 'PostToolUse']) expect(await ask(`${places.folder}/a.md`, call, event)).toBeUndefined();
      expect(scratch.tree()).toEqual(before);
    },
  );
});

describe('the hook', () => {
  it.each(['a.md', './a.md', 'x/../a.md', '/a.md', '../memory/a.md'])(
    'redirects a call with the path %s in the memory folder of an old home to the current memory',
    async (path) => {
      const { scratch, places, ask } = prepare();
      const before = scratch.tree();
      expect(await ask(`${places.sessions}/old/.claude/projects/p/memory/${path}`)).toContain(JSON.stringify(`${places.folder}/a.md`));
      expect(scratch.tree()).toEqual(before);
    },
  );
});
