import { renameSync, rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { syncRunning } from '../../../src/sync/sync-running.js';
import { realFiles } from '../../../src/system/files/real-files.js';
import { mergeAndClose } from '../../support/close.js';
import { interferingFiles } from '../../support/faulty-files.js';
import { createScratch, type Scratch } from '../../support/scratch.js';
import { openSession, type OpenSession } from '../../support/session.js';

interface Running {
  readonly scratch: Scratch;
  readonly session: OpenSession;
  readonly shared: (name: string) => unknown;
  readonly home: (name: string) => unknown;
  readonly inHome: (name: string) => string;
}

function running(content: Readonly<Record<string, string>>): Running {
  const scratch = createScratch();
  for (const [path, text] of Object.entries(content)) scratch.write(`shared/${path}`, text);
  const session = openSession(scratch, 'one');
  const json = (path: string): unknown => JSON.parse(scratch.read(path) ?? 'null');
  const inHome = (name: string): string => `${session.paths.home}/${name}`;
  return { scratch, session, shared: (name) => json(`shared/${name}`), home: (name) => json(inHome(name)), inHome };
}

describe('syncRunning', () => {
  it("merges the session's changes into the shared files, and the changes of others into the session", async () => {
    const { scratch, session, shared, home, inHome } = running({ 'settings.json': '{"a":1,"b":1}', '.claude.json': '{"numStartups":5}' });
    scratch.write(inHome('settings.json'), '{"a":2,"b":1}');
    scratch.write('shared/settings.json', '{"a":1,"b":2}');
    scratch.write(inHome('.claude.json'), '{"numStartups":6}');
    scratch.write('shared/.claude.json', '{"numStartups":7}');
    await syncRunning(realFiles, session);
    for (const where of [shared, home]) {
      expect(where('settings.json')).toEqual({ a: 2, b: 2 });
      expect(where('.claude.json')).toEqual({ numStartups: 8 });
    }
    const before = scratch.tree();
    await syncRunning(realFiles, session);
    expect(scratch.tree()).toEqual(before);
    expect(scratch.temporaries()).toEqual([]);
  });

  it.each<readonly [what: string, change: string | null, places: Readonly<Record<string, number>>]>([
    ['nothing has changed', null, { 'base/home/settings.json': 2, '.claude/settings.json': 1, 'shared/settings.json': 1 }],
    ['a file beside it has changed', 'plans/z.md', {}],
  ])('reads the versions of an unchanged file no more often than it must when %s', async (_what, change, others) => {
    const { scratch, session, inHome } = running({
      'plans/a.md': 'a\n',
      'plans/z.md': 'z\n',
      ...(change ? {} : { 'settings.json': '{}' }),
    });
    if (change !== null) scratch.write(inHome(change), 'new\n');
    const reads = new Map<string, number>();
    const read = (path: string): void => void reads.set(path, (reads.get(path) ?? 0) + 1);
    await syncRunning(
      {
        ...realFiles,
        read: (path) => (read(path), realFiles.read(path)),
        readInside: (folder, place) => (read(`${folder}/${place}`), realFiles.readInside(folder, place)),
      },
      session,
    );
    const { root } = session.paths;
    const expected = { 'base/home/plans/a.md': 1, '.claude/plans/a.md': 1, ...others };
    for (const [place, count] of Object.entries(expected))
      expect([place, reads.get(place.startsWith('shared/') ? scratch.at(place) : `${root}/${place}`)]).toEqual([place, count]);
  });

  it('copies a file that others made', async () => {
    const { scratch, session, home } = running({});
    scratch.write('shared/keybindings.json', '{"a":1}');
    await syncRunning(realFiles, session);
    expect(home('keybindings.json')).toEqual({ a: 1 });
  });

  it('does not treat text as removed that arrived after the client had read its file', async () => {
    const { scratch, session, shared, home, inHome } = running({ 'settings.json': '{"model":"opus"}' });
    scratch.write('shared/settings.json', '{"model":"opus","env":{"OTHER":"1"}}');
    await syncRunning(realFiles, session);
    expect(home('settings.json')).toEqual({ model: 'opus', env: { OTHER: '1' } });
    scratch.write(inHome('settings.json'), '{"model":"opus","tips":false}');
    await syncRunning(realFiles, session);
    for (const where of [shared, home]) expect(where('settings.json')).toEqual({ model: 'opus', tips: false, env: { OTHER: '1' } });
  });

  it.each([
    ['by a rename', (scratch: Scratch, path: string, text: string) => renameSync(scratch.write(`${path}.tmp.1`, text), path)],
    ['in place', (scratch: Scratch, path: string, text: string) => void scratch.write(path, text)],
  ])('does not treat text as removed if the client writes back %s while a sync runs, and exits', async (_, write) => {
    const env = { FIRST: '1', EARLIER: '1', NOW: '1' };
    const writtenBefore = async (before: 'read' | 'exchange', nth: number): Promise<boolean> => {
      const { scratch, session, shared, inHome } = running({ 'settings.json': '{"env":{"FIRST":"1"}}' });
      scratch.write('shared/settings.json', '{"env":{"FIRST":"1","EARLIER":"1"}}');
      await syncRunning(realFiles, session);
      scratch.write('shared/settings.json', JSON.stringify({ env }));
      let isWritten = false;
      const act = (): void => {
        write(scratch, inHome('settings.json'), '{"env":{"FIRST":"1","OWN":"1"}}');
        isWritten = true;
      };
      await syncRunning(interferingFiles(realFiles, { before, nth, act }), session);
      if (!isWritten) return false;
      await mergeAndClose(session);
      expect(shared('settings.json'), `written before ${before} ${nth}`).toEqual({ env: { ...env, OWN: '1' } });
      expect(scratch.temporaries()).toEqual([]);
      return true;
    };
    for (const before of ['read', 'exchange'] as const) for (let nth = 1; await writtenBefore(before, nth); nth++);
  });

  it.each(['', '{"a":'])('leaves a file alone that another process may be writing: %j', async (half) => {
    const { scratch, session, inHome } = running({ 'settings.json': '{"a":1}' });
    scratch.write(inHome('settings.json'), '{"a":2}');
    scratch.write('shared/settings.json', half);
    await syncRunning(realFiles, session);
    expect(scratch.tree('shared')).toMatchObject({ 'settings.json': half });
    expect(scratch.read(inHome('settings.json'))).toBe('{"a":2}');
    scratch.write('shared/settings.json', '{"a":1,"b":1}');
    scratch.write(inHome('settings.json'), half);
    await syncRunning(realFiles, session);
    expect(scratch.read(inHome('settings.json'))).not.toBe('{"a":1}');
    expect(scratch.read('shared/settings.json')).toBe('{"a":1,"b":1}');
  });

  it('neither removes files that are missing in the shared dir, nor restores files that the session removed', async () => {
    const { scratch, session, inHome } = running({ 'settings.json': '{"a":1}', 'keybindings.json': '{"b":1}' });
    rmSync(scratch.at('shared/settings.json'));
    rmSync(inHome('keybindings.json'));
    scratch.write('shared/keybindings.json', '{"b":2}');
    await syncRunning(realFiles, session);
    expect(scratch.read(inHome('settings.json'))).toBe('{"a":1}');
    expect(scratch.read(inHome('keybindings.json'))).toBeUndefined();
  });

  it('leaves unknown files to the end of the session', async () => {
    const { scratch, session, inHome } = running({});
    scratch.write(inHome('unheard-of'), 'x');
    await syncRunning(realFiles, session);
    expect(scratch.read('shared/unheard-of')).toBeUndefined();
  });
});
