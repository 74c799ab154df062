import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, ftruncateSync, lstatSync, openSync, readlinkSync, statSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sharedJson } from '../../../src/commands/doctor/shared-files.js';
import { readManifest } from '../../../src/session/manifest.js';
import { recoverSession } from '../../../src/sync/close/recover-session.js';
import { findChanges } from '../../../src/sync/collect/changes.js';
import { findConflicts } from '../../../src/sync/conflicts/conflicts.js';
import { readPresent } from '../../../src/sync/by-hand/restore-entry.js';
import { readShared } from '../../../src/sync/conflicts/settle.js';
import { hindranceOf } from '../../../src/sync/gc/expired.js';
import { forgetSecrets } from '../../../src/sync/gc/forget.js';
import { findMishaps, goodPath, keepGood } from '../../../src/sync/mishaps/last-good.js';
import { syncRunning } from '../../../src/sync/sync-running.js';
import type { Files } from '../../../src/system/files/files.js';
import { realFiles } from '../../../src/system/files/real-files.js';
import { mergeAndClose } from '../../support/close.js';
import { createHealthyInstallation } from '../../support/doctor-fixture.js';
import { countingFiles, crashingFiles, crashPoints } from '../../support/faulty-files.js';
import { createScratch, type Scratch } from '../../support/scratch.js';
import { layout, openSession } from '../../support/session.js';

const ID = '0123456789';
const SIZE = 5 * 2 ** 30;

/** Makes a file of several GB that takes no space on the disk. */
function writeLarge(scratch: Scratch, path: string): string {
  const file = scratch.write(path, '');
  const descriptor = openSync(file, 'r+');
  ftruncateSync(descriptor, SIZE);
  closeSync(descriptor);
  return file;
}

/** Large files that were read or copied: pclaude may treat an error as a file that it cannot read, so the test checks this list. */
const touched: string[] = [];

beforeEach(() => void touched.splice(0));

afterEach(() => {
  if (touched.length > 0) throw new Error(`read or copied: ${touched.join(', ')}`);
});

function refuseLarge(path: string): void {
  if ((realFiles.size(path) ?? 0) <= 2 ** 20) return;
  touched.push(path);
  throw new Error(`${path} is read`);
}

/** Files that fail if a large file is read or copied. */
function refusingLarge(): Files {
  return {
    ...realFiles,
    read: (path) => {
      refuseLarge(path);
      return realFiles.read(path);
    },
    readInside: (folder, place) => {
      refuseLarge(`${folder}/${place}`);
      return realFiles.readInside(folder, place);
    },
    copy: (path, name) => {
      refuseLarge(path);
      realFiles.copy(path, name);
    },
  };
}

describe('a file of several GB in the shared dir', () => {
  it.each(['dump.bin', 'plans/dump.md', 'plans/deep/dump.md', 'settings.json', '.claude.json', 'agent-memory/a/dump.md'])(
    'is linked by a launch, and skipped by every sync: %s',
    async (path) => {
      const scratch = createScratch();
      const shared = writeLarge(scratch, `shared/${path}`);
      scratch.write('shared/plans/small.md', 'one\n');
      const session = openSession(scratch, ID);
      session.lock.release();
      const ours = `${session.paths.home}/${path}`;
      expect([lstatSync(ours).isSymbolicLink(), readlinkSync(ours)]).toEqual([true, shared]);
      scratch.write(`${session.paths.home}/plans/small.md`, 'two\n');
      expect(await syncRunning(refusingLarge(), session, { memory: [], names: [path] })).toEqual({
        memory: [],
        home: [['plans/small.md', { outcome: 'merged', decided: [] }]],
      });
      expect(await mergeAndClose(session, refusingLarge())).toEqual({ memory: [], home: [] });
      expect([statSync(shared).size, scratch.read('shared/plans/small.md')]).toEqual([SIZE, 'two\n']);
    },
  );

  it('stays, and the version of the session is kept beside it', async () => {
    const scratch = createScratch();
    const shared = writeLarge(scratch, 'shared/plans/dump.md');
    const session = openSession(scratch, ID);
    session.lock.release();
    realFiles.remove(`${session.paths.home}/plans/dump.md`);
    scratch.write(`${session.paths.home}/plans/dump.md`, 'ours\n');
    const report = await mergeAndClose(session, refusingLarge());
    expect(report.home).toEqual([
      ['plans/dump.md', { outcome: 'conflict', copy: scratch.at('shared/plans/dump.conflict-main-0123456789.md') }],
    ]);
    expect([statSync(shared).size, scratch.read('shared/plans/dump.conflict-main-0123456789.md')]).toEqual([SIZE, 'ours\n']);
    const conflicts = findConflicts(refusingLarge(), { stateDir: session.stateDir, shared: session.manifest.shared, layout, sessions: [] });
    expect(conflicts.map(({ place }) => place)).toEqual(['plans/dump.md']);
    for (const conflict of conflicts) expect(() => readShared(refusingLarge(), conflict)).toThrow(`${shared} is in the way`);
    expect(() => readPresent(refusingLarge(), shared)).toThrow(`${shared} is in the way`);
  });

  it.each(['settings.json', '.claude.json'])(
    "that became so large during the session is left alone, and so is the session's version: %s",
    async (name) => {
      const scratch = createScratch();
      scratch.write(`shared/${name}`, '{"a":1}');
      const session = openSession(scratch, ID);
      session.lock.release();
      keepGood(realFiles, session);
      const ours = scratch.write(`${session.paths.home}/${name}`, '{"a":1,"ours":2}');
      const shared = writeLarge(scratch, `shared/${name}`);
      await syncRunning(refusingLarge(), session, { memory: [], names: [name] });
      await mergeAndClose(session, refusingLarge());
      keepGood(refusingLarge(), session);
      expect(findMishaps(refusingLarge(), session, session.manifest.shared)).toEqual([]);
      expect([
        statSync(shared).size,
        scratch.read(ours),
        scratch.read(goodPath(realFiles, session.stateDir, session.manifest.shared, name)),
      ]).toEqual([SIZE, '{"a":1,"ours":2}', '{"a":1}']);
    },
  );
});

describe('a file of several GB that a session made', () => {
  it.each(['settings.json', '.claude.json'])('in the place of %s stays there, and the shared one stays unchanged', async (name) => {
    const scratch = createScratch();
    const shared = scratch.write(`shared/${name}`, '{"a":1}');
    const session = openSession(scratch, ID);
    session.lock.release();
    const ours = writeLarge(scratch, `${session.paths.home}/${name}`);
    scratch.write(shared, '{"a":2}');
    await syncRunning(refusingLarge(), session, { memory: [], names: [name] }).catch(() => undefined);
    const report = await mergeAndClose(session, refusingLarge());
    expect(report.left).toEqual([`${name} is too large to be merged; it stays as ${ours}: move it to where you want it`]);
    const closed = readManifest(session.paths.manifest);
    const conflicts = findConflicts(refusingLarge(), {
      stateDir: session.stateDir,
      shared: session.manifest.shared,
      layout,
      sessions: closed ? [closed] : [],
    });
    expect([statSync(ours).size, scratch.read(shared), closed?.state.name, conflicts.map(({ place }) => place)]).toEqual([
      SIZE,
      '{"a":2}',
      'closed',
      [name],
    ]);
  });

  it('is not compared with its base', () => {
    const scratch = createScratch();
    const session = openSession(scratch, ID);
    session.lock.release();
    for (const folder of [session.paths.home, session.paths.homeBase]) writeLarge(scratch, `${folder}/settings.json`);
    expect(findChanges(refusingLarge(), session)?.names).toEqual(['settings.json']);
    forgetSecrets(refusingLarge(), session);
    expect(statSync(`${session.paths.home}/settings.json`).size).toBe(SIZE);
  });

  it.each(['dump.bin', 'plans/dump.md', 'plans/deep/dump.md'])(
    'is moved to the shared dir, and a link is left in its place: %s',
    async (path) => {
      const made = (): { scratch: Scratch; session: ReturnType<typeof openSession> } => {
        const scratch = createScratch();
        scratch.folder('shared/plans');
        const session = openSession(scratch, ID);
        session.lock.release();
        writeLarge(scratch, `${session.paths.home}/${path}`);
        return { scratch, session };
      };
      const { scratch, session } = made();
      const { calls, ...counting } = countingFiles(refusingLarge());
      expect(await mergeAndClose(session, counting)).toEqual({ memory: [], home: [] });
      expect([statSync(scratch.at('shared', path)).size, readlinkSync(`${session.paths.home}/${path}`)]).toEqual([
        SIZE,
        scratch.at('shared', path),
      ]);
      expect(await recoverSession(refusingLarge(), { stateDir: session.stateDir, layout }, ID)).toEqual({
        state: 'merged',
        report: { memory: [], home: [] },
      });
      expect(hindranceOf(refusingLarge(), { ...session, layout })).toBeUndefined();
      for (const call of crashPoints(calls)) {
        const killed = made();
        await mergeAndClose(killed.session, crashingFiles(refusingLarge(), call)).catch(() => undefined);
        await recoverSession(refusingLarge(), { stateDir: killed.session.stateDir, layout }, ID);
        expect(statSync(killed.scratch.at('shared', path)).size, `killed before call ${call}`).toBe(SIZE);
      }
    },
  );

  it('stays in its place, and is reported, if the shared dir has one of that name; the session is closed', async () => {
    const scratch = createScratch();
    const session = openSession(scratch, ID);
    session.lock.release();
    const ours = writeLarge(scratch, `${session.paths.home}/dump.bin`);
    scratch.write('shared/dump.bin', 'theirs');
    const report = await mergeAndClose(session, refusingLarge());
    expect(report).toEqual({
      memory: [],
      home: [],
      left: [`dump.bin is too large to be merged; it stays as ${ours}: move it to where you want it`],
    });
    expect([statSync(ours).size, scratch.read('shared/dump.bin'), readManifest(session.paths.manifest)?.state.name]).toEqual([
      SIZE,
      'theirs',
      'closed',
    ]);
  });
});

describe('what is not a regular file', () => {
  it('is not opened: a pipe is a separate error, at once', () => {
    const scratch = createScratch();
    execFileSync('mkfifo', [scratch.at('pipe')]);
    expect(() => realFiles.read(scratch.at('pipe'))).toThrow(expect.objectContaining({ code: 'EFTYPE' }));
    expect(() => realFiles.read('/dev/zero')).toThrow(expect.objectContaining({ code: 'EFTYPE' }));
  });

  it.each(['settings.json', '.claude.json', 'plans/pipe.md', 'pipe'])('blocks neither a launch nor a sync: a pipe at %s', async (path) => {
    const scratch = createScratch();
    scratch.folder('shared/plans');
    execFileSync('mkfifo', [scratch.at('shared', path)]);
    const session = openSession(scratch, ID);
    session.lock.release();
    expect(existsSync(`${session.paths.home}/${path}`)).toBe(false);
    scratch.write(`${session.paths.home}/plans/small.md`, 'two\n');
    expect(await syncRunning(realFiles, session, { memory: [], names: [path] })).toEqual({
      memory: [],
      home: [['plans/small.md', { outcome: 'merged', decided: [] }]],
    });
    expect(await mergeAndClose(session)).toEqual({ memory: [], home: [] });
  });
});

describe('doctor', () => {
  it('reads neither a settings file of several GB nor a pipe in its place', async () => {
    const { scratch, context } = createHealthyInstallation();
    for (const name of ['settings.json', '.claude.json']) realFiles.remove(scratch.at('shared', name));
    writeLarge(scratch, 'shared/settings.json');
    execFileSync('mkfifo', [scratch.at('shared/.claude.json')]);
    const found = await sharedJson.find(context);
    expect(found.map(({ level, path, what }) => `${level} ${path} ${what}`).toSorted()).toEqual([
      `error ${scratch.at('shared/.claude.json')} is not a plain file`,
      `error ${scratch.at('shared/settings.json')} is too large to be read or merged`,
    ]);
  });
});
