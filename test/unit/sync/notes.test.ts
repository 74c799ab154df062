import { rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readManifest } from '../../../src/session/manifest.js';
import { recoverSession, dryRunRecovery } from '../../../src/sync/close/recover-session.js';
import type { Files } from '../../../src/system/files/files.js';
import { realFiles } from '../../../src/system/files/real-files.js';
import { countingFiles, crashingFiles } from '../../support/faulty-files.js';
import { quickFiles } from '../../support/quick-files.js';
import { createScratch, type Scratch } from '../../support/scratch.js';
import { layout, openSession, type OpenSession } from '../../support/session.js';

const MEMORY = 'shared/projects/p/memory';
const INDEX = '# Memory\n- [a](a.md)\n';

/** A session that is held back and was killed, over a memory with some notes. */
function prepare(notes: Readonly<Record<string, string>> = {}): { scratch: Scratch; session: OpenSession } {
  const scratch = createScratch();
  scratch.write(`${MEMORY}/MEMORY.md`, INDEX);
  for (const name of ['a.md', 'b.md', 'x/c.md']) scratch.write(`${MEMORY}/${name}`, `one\n${name}\nthree\n`);
  const session = openSession(scratch, 'me', { sync: 'exit' });
  session.lock.release();
  for (const [name, content] of Object.entries(notes)) scratch.write(`${session.paths.notes}/${name}`, content);
  return { scratch, session };
}

async function merge({ stateDir }: OpenSession, files: Files = realFiles): Promise<unknown> {
  return recoverSession(files, { stateDir, layout }, 'me');
}

describe('notes that were held back', () => {
  it('begin as a copy of the shared memory', () => {
    const { scratch, session } = prepare();
    expect(scratch.tree(session.paths.notes)).toEqual(scratch.tree(MEMORY));
    expect(scratch.tree(session.paths.notesBase)).toEqual(scratch.tree(MEMORY));
  });

  it('are merged with the changes of other writers, each file by its driver, and counted as memory', async () => {
    const { scratch, session } = prepare({ 'MEMORY.md': `${INDEX}- [n](n.md)\n`, 'n.md': 'new\n', 'a.md': 'ONE\na.md\nthree\n' });
    rmSync(`${session.paths.notes}/b.md`);
    rmSync(`${session.paths.notes}/x`, { recursive: true });
    scratch.write(`${MEMORY}/MEMORY.md`, `${INDEX}- [o](o.md)\n`);
    scratch.write(`${MEMORY}/a.md`, 'one\na.md\nTHREE\n');
    scratch.write(`${MEMORY}/x/c.md`, 'changed\n');
    expect(await merge(session)).toEqual({
      state: 'merged',
      report: {
        memory: [
          ['memory/MEMORY.md', { outcome: 'merged', decided: [] }],
          ['memory/a.md', { outcome: 'merged', decided: [] }],
          ['memory/b.md', { outcome: 'deleted' }],
          ['memory/n.md', { outcome: 'merged', decided: [] }],
          ['memory/x/c.md', { outcome: 'unchanged' }],
        ],
        home: [],
      },
    });
    expect(scratch.tree(MEMORY)).toEqual({
      'MEMORY.md': `${INDEX}- [o](o.md)\n- [n](n.md)\n`,
      'a.md': 'ONE\na.md\nTHREE\n',
      'n.md': 'new\n',
      'x/c.md': 'changed\n',
    });
  });

  it('leave a link to the shared memory, and nothing else', async () => {
    const { scratch, session } = prepare({ 'n.md': 'new\n' });
    await merge(session);
    const { paths } = session;
    const left = Object.keys(scratch.tree(paths.root)).filter((name) => !/^(?:\.claude|base\/home)/.test(name));
    expect(left).toEqual(['alive', 'ending', 'launcher', 'merged.jsonl', 'notes', 'session.json', 'settings.json']);
    expect(scratch.tree(paths.root)['notes']).toBe(`-> ${scratch.at(MEMORY)}`);
    expect(scratch.read(paths.journal)).toContain('"path":"memory/n.md"');
  });

  it('leave a link that can be written through, even if there is no memory yet', async () => {
    const scratch = createScratch();
    const session = openSession(scratch, 'me', { sync: 'exit' });
    session.lock.release();
    await merge(session);
    scratch.write(`${session.paths.notes}/a.md`, 'later\n');
    expect(scratch.read(`${MEMORY}/a.md`)).toBe('later\n');
  });

  it('become a conflict copy if two versions conflict, and the index points to it', async () => {
    const { scratch, session } = prepare({ 'x/c.md': 'one\nours\nthree\n' });
    scratch.write(`${MEMORY}/x/c.md`, 'one\ntheirs\nthree\n');
    await merge(session);
    expect(scratch.read(`${MEMORY}/x/c.md`)).toBe('one\ntheirs\nthree\n');
    expect(scratch.read(`${MEMORY}/x/c.conflict-main-me.md`)).toBe('one\nours\nthree\n');
    expect(scratch.read(`${MEMORY}/MEMORY.md`)).toContain('(x/c.conflict-main-me.md)');
  });

  it('are merged as their dry run showed, which changes nothing', async () => {
    const { scratch, session } = prepare({ 'MEMORY.md': `${INDEX}- [n](n.md)\n`, 'n.md': 'new\n', 'a.md': 'one\nours\nthree\n' });
    rmSync(`${session.paths.notes}/b.md`);
    scratch.write(`${MEMORY}/a.md`, 'one\ntheirs\nthree\n');
    const before = scratch.tree();
    const predicted = await dryRunRecovery(realFiles, session, 'me');
    expect(scratch.tree()).toEqual(before);
    await merge(session);
    const after = scratch.tree();
    const paths = new Set([...Object.keys(before), ...Object.keys(after)].filter((path) => path.startsWith(MEMORY)));
    const changed = [...paths].filter((path) => before[path] !== after[path]).map((path) => scratch.at(path));
    expect(changed).toHaveLength(4);
    expect(predicted?.state === 'dry-run' && predicted.changes.map(({ path }) => path).toSorted()).toEqual(changed.toSorted());
  });

  it('remove nothing if they are missing as a whole', async () => {
    const { scratch, session } = prepare();
    const before = scratch.tree(MEMORY);
    rmSync(session.paths.notes, { recursive: true });
    await merge(session);
    expect(scratch.tree(MEMORY)).toEqual(before);
  });

  it("do not include the client's own lock", async () => {
    const { scratch, session } = prepare({ '.consolidate-lock': '4711', 'n.md': 'new\n' });
    await merge(session);
    expect(scratch.read(`${MEMORY}/n.md`)).toBe('new\n');
    expect(scratch.read(`${MEMORY}/.consolidate-lock`)).toBeUndefined();
  });

  it('are merged whole if the merge is killed before any call', async () => {
    const arrange = (): ReturnType<typeof prepare> => {
      const prepared = prepare({ 'a.md': 'one\nours\nthree\n' });
      rmSync(`${prepared.session.paths.notes}/b.md`);
      prepared.scratch.write(`${MEMORY}/a.md`, 'one\ntheirs\nthree\n');
      return prepared;
    };
    const files = countingFiles(quickFiles);
    const whole = arrange();
    await merge(whole.session, files);
    const after = whole.scratch.tree(MEMORY);
    expect(after['MEMORY.md']).toContain('(a.conflict-main-me.md)');
    for (let call = 1; call <= files.calls.length; call++) {
      const { scratch, session } = arrange();
      await merge(session, crashingFiles(quickFiles, call)).catch(() => undefined);
      await merge(session, quickFiles);
      expect([call, scratch.tree(MEMORY)]).toEqual([call, after]);
      expect(scratch.tree(session.paths.root)['notes']).toBe(`-> ${scratch.at(MEMORY)}`);
      expect(scratch.tree('state/open')).toEqual({});
      expect(readManifest(session.paths.manifest)?.state.name).toBe('closed');
    }
  });

  it('wait as long as a daemon of the home runs', async () => {
    const { scratch, session } = prepare({ 'n.md': 'new\n' });
    const daemon = scratch.write(`${session.paths.home}/daemon.lock`, JSON.stringify({ pid: process.pid }));
    expect(await merge(session)).toEqual({ state: 'running' });
    expect(scratch.read(`${MEMORY}/n.md`)).toBeUndefined();
    rmSync(daemon);
    await merge(session);
    expect(scratch.read(`${MEMORY}/n.md`)).toBe('new\n');
  });
});
