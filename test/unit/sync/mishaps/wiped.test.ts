import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mergeAndClose } from '../../../support/close.js';
import { createScratch, type Scratch } from '../../../support/scratch.js';
import { openSession, type OpenSession } from '../../../support/session.js';

const STATE = '{"numStartups":5,"theme":"dark","mcpServers":{"one":{},"two":{}},"projects":{"/p":{"trusted":true}},"tips":{"a":1}}';

const SHARED: Readonly<Record<string, string>> = {
  '.claude.json': STATE,
  'settings.json': '{"model":"opus","env":{"A":"1"},"hooks":{},"permissions":{"allow":["x"]}}',
  'keybindings.json': '{"a":1,"b":2,"c":3,"d":4}',
  ...Object.fromEntries(Array.from({ length: 8 }, (_, at) => [`plans/${at}.md`, `plan ${at}\n`])),
  'agent-memory/a/MEMORY.md': '# Memory\n- [N](n.md)\n',
  'agent-memory/a/n.md': 'note\n',
  'projects/p/memory/MEMORY.md': '# Memory\n',
};

function prepare(): { scratch: Scratch; session: OpenSession } {
  const scratch = createScratch();
  for (const [path, text] of Object.entries(SHARED)) scratch.write(`shared/${path}`, text);
  return { scratch, session: openSession(scratch, 'one') };
}

type Wipe = (session: OpenSession, scratch: Scratch) => void;
const remove = (path: string): void => rmSync(path, { recursive: true, force: true });

/** Removes every second entry, also in folders. */
function removeHalf(folder: string): void {
  for (const [at, entry] of readdirSync(folder, { withFileTypes: true }).entries()) {
    const path = join(folder, entry.name);
    if (at % 2 === 0) remove(path);
    else if (entry.isDirectory()) removeHalf(path);
  }
}

const WIPES: Readonly<Record<string, Wipe>> = {
  'the whole state dir': (_, scratch) => remove(scratch.at('state')),
  'the folder of the session': ({ paths }) => remove(paths.root),
  'the home': ({ paths }) => remove(paths.home),
  'half of the home': ({ paths }) => removeHalf(paths.home),
  'half of the session': ({ paths }) => removeHalf(paths.root),
  'all bases': ({ paths }) => remove(paths.base),
  'the bases of the home': ({ paths }) => remove(paths.homeBase),
  'half of the bases': ({ paths }) => removeHalf(paths.homeBase),
  'one base': ({ paths }) => remove(join(paths.homeBase, 'plans/1.md')),
  'all files in the home, as old files are removed': ({ paths }) => {
    // Files behind a link do not belong to the session.
    for (const path of Object.keys(SHARED).filter((name) => !name.startsWith('projects/'))) remove(join(paths.home, path));
    for (const path of [paths.alive, paths.settings]) remove(path);
  },
  'most of a folder in the home': ({ paths }) => {
    for (let at = 0; at < 6; at++) remove(join(paths.home, `plans/${at}.md`));
  },
  'a copied folder': ({ paths }) => remove(join(paths.home, 'agent-memory')),
};

describe('another process removes files of a session', () => {
  it.each(Object.entries(WIPES))('nothing that is shared is removed or changed: %s', async (_name, wipe) => {
    const { scratch, session } = prepare();
    wipe(session, scratch);
    session.lock.release();
    await mergeAndClose(session).catch(() => undefined);
    expect(scratch.tree('shared')).toMatchObject(SHARED);
  });

  it.each(Object.entries(WIPES))('nothing is removed or changed even if the client creates its files again: %s', async (_name, wipe) => {
    const { scratch, session } = prepare();
    wipe(session, scratch);
    scratch.write(`${session.paths.home}/.claude.json`, '{"numStartups":1,"firstStartTime":"now"}');
    scratch.write(`${session.paths.home}/settings.json`, '{}');
    session.lock.release();
    await mergeAndClose(session).catch(() => undefined);
    const { '.claude.json': state, ...rest } = SHARED;
    expect(scratch.tree('shared')).toMatchObject(rest);
    // If the base of a session is unknown, it may have counted.
    const { numStartups: _, ...kept }: Record<string, unknown> = JSON.parse(state ?? '');
    expect(JSON.parse(scratch.read('shared/.claude.json') ?? '')).toMatchObject(kept);
  });

  it('a file that the session itself removes is removed', async () => {
    const { scratch, session } = prepare();
    remove(join(session.paths.home, 'plans/1.md'));
    session.lock.release();
    await mergeAndClose(session);
    const { 'plans/1.md': _, ...rest } = SHARED;
    expect(scratch.tree('shared')).toEqual(expect.objectContaining(rest));
    expect(scratch.read('shared/plans/1.md')).toBeUndefined();
  });

  it('a session without its bases is reported as damaged', async () => {
    const { session } = prepare();
    remove(session.paths.homeBase);
    session.lock.release();
    expect(await mergeAndClose(session)).toMatchObject({ damaged: true });
  });
});
