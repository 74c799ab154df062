import { existsSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readManifest } from '../../../../src/session/manifest.js';
import type { Session } from '../../../../src/session/session.js';
import { reopenSession } from '../../../../src/sync/close/closed-session.js';
import { discardSession } from '../../../../src/sync/close/discard.js';
import { findChanges } from '../../../../src/sync/collect/changes.js';
import { forgetOld } from '../../../../src/sync/gc/forget.js';
import { realFiles } from '../../../../src/system/files/real-files.js';
import { mergeAndClose } from '../../../support/close.js';
import { countingFiles, crashingFiles, crashPoints } from '../../../support/faulty-files.js';
import { createScratch, type Scratch, treeOf } from '../../../support/scratch.js';
import { layout, openSession, type OpenSession } from '../../../support/session.js';

const OLD = 'sk-ant-the-old-key';
const NEW = 'sk-ant-the-new-key';
/** A little more: the time of a file has fractions of a millisecond, which the clock does not have. */
const HOUR_MS = 3_600_000 + 1_000;

const settings = (key: string): string => JSON.stringify({ env: { TOKEN: key } });
const state = (key: string, starts: number): string =>
  JSON.stringify({ numStartups: starts, mcpServers: { s: { headers: { Authorization: key } } } });

/** A session that has the old key in all of its files. */
function begin(): { scratch: Scratch; session: OpenSession } {
  const scratch = createScratch();
  scratch.write('shared/settings.json', settings(OLD));
  scratch.write('shared/.claude.json', state(OLD, 1));
  const session = openSession(scratch, 'one');
  scratch.write(session.paths.settings, JSON.stringify({ env: { TOKEN: OLD } }));
  scratch.write(`${session.paths.home}/backups/.claude.json.backup.1`, state(OLD, 0));
  scratch.write(`${session.paths.home}/.claude.json`, state(OLD, 2));
  return { scratch, session };
}

/** The same after it has ended. */
async function closed(): Promise<ReturnType<typeof begin>> {
  const begun = begin();
  begun.session.lock.release();
  await mergeAndClose(begun.session);
  return begun;
}

/** The files of the state dir that contain a text. */
function holding(scratch: Scratch, text: string): string[] {
  return Object.entries(treeOf(scratch.at('state'))).flatMap(([path, content]) =>
    content.includes(text) && !content.startsWith('->') ? [path] : [],
  );
}

function again({ paths, stateDir, manifest }: Session): Session {
  return { stateDir, layout, paths, manifest: readManifest(paths.manifest) ?? manifest };
}

describe('a closed session', () => {
  it('keeps a key only for the repair of lost updates, for an hour', async () => {
    const { scratch, session } = begin();
    scratch.write(`${session.paths.home}/settings.json`, settings(NEW));
    session.lock.release();
    await mergeAndClose(session);
    expect(JSON.parse(scratch.read('shared/settings.json') ?? '')).toEqual({ env: { TOKEN: NEW } });
    expect(JSON.parse(scratch.read('shared/.claude.json') ?? '')).toEqual(JSON.parse(state(OLD, 2)));
    forgetOld(realFiles, session, Date.now() + HOUR_MS - 60_000);
    expect(holding(scratch, OLD)).toContain('sessions/one/replaced.jsonl');
    expect(holding(scratch, NEW)).toContain('sessions/one/replaced.jsonl');
    forgetOld(realFiles, session, Date.now() + HOUR_MS);
    expect(holding(scratch, OLD)).toEqual([]);
    expect(holding(scratch, NEW)).toEqual([]);
    expect(existsSync(session.paths.recentMark)).toBe(false);
  });

  it('has links to the shared files, so that paths in conversations still work, and nothing to merge', async () => {
    const { scratch, session } = begin();
    session.lock.release();
    await mergeAndClose(session);
    forgetOld(realFiles, session, Date.now() + HOUR_MS);
    expect(readlinkSync(join(session.paths.home, 'settings.json'))).toBe(scratch.at('shared/settings.json'));
    expect(readlinkSync(join(session.paths.home, '.claude.json'))).toBe(scratch.at('shared/.claude.json'));
    expect(findChanges(realFiles, again(session))).toBeUndefined();
    expect(scratch.temporaries()).toEqual([]);
  });

  it('has copies of the current shared files when it is opened again, and merges their changes', async () => {
    const { scratch, session } = begin();
    session.lock.release();
    await mergeAndClose(session);
    forgetOld(realFiles, session, Date.now() + HOUR_MS);
    scratch.write('shared/settings.json', settings(NEW));
    const opened: Session = { ...again(session), manifest: reopenSession(realFiles, again(session)) };
    expect(realFiles.kind(join(session.paths.home, 'settings.json'))).toBe('file');
    expect(findChanges(realFiles, opened)).toBeUndefined();
    scratch.write(`${session.paths.home}/.claude.json`, state(OLD, 3));
    await mergeAndClose(opened);
    forgetOld(realFiles, session, Date.now() + HOUR_MS);
    expect(JSON.parse(scratch.read('shared/.claude.json') ?? '')).toEqual(JSON.parse(state(OLD, 3)));
    expect(holding(scratch, NEW)).toEqual([]);
  });

  it('keeps a version that could not be merged, and exists nowhere else', async () => {
    const { scratch, session } = begin();
    scratch.write(`${session.paths.home}/settings.json`, `{"env": {"TOKEN": "${NEW}`);
    session.lock.release();
    await mergeAndClose(session);
    forgetOld(realFiles, session, Date.now() + HOUR_MS);
    expect(holding(scratch, NEW)).toEqual(['sessions/one/.claude/settings.json']);
    expect(holding(scratch, OLD)).toEqual(['sessions/one/base/home/settings.json']);
  });

  it('keeps everything while one of its background jobs may continue', async () => {
    const { scratch, session } = begin();
    scratch.write(`${session.paths.home}/jobs/0123abcd/state.json`, '{"state":"done"}');
    session.lock.release();
    await mergeAndClose(session);
    forgetOld(realFiles, session, Date.now() + HOUR_MS);
    expect(holding(scratch, OLD)).toContain('sessions/one/.claude/settings.json');
    rmSync(join(session.paths.home, 'jobs'), { recursive: true });
    forgetOld(realFiles, session, Date.now() + HOUR_MS);
    expect(holding(scratch, OLD)).toEqual([]);
  });

  it('keeps the discarded changes, if it was discarded, and nothing else', async () => {
    const { scratch, session } = begin();
    session.lock.release();
    await discardSession(realFiles, session);
    forgetOld(realFiles, session, Date.now() + HOUR_MS);
    expect(holding(scratch, OLD)).toEqual([
      'sessions/one/.claude/.claude.json',
      'sessions/one/.claude/backups/.claude.json.backup.1',
      'sessions/one/base/home/.claude.json',
      'sessions/one/settings.json',
    ]);
  });

  it('has whole files or links if it is killed before any call, and the next attempt leaves no key', async () => {
    const counted = countingFiles(realFiles);
    forgetOld(counted, (await closed()).session, Date.now() + HOUR_MS);
    const points = crashPoints(counted.calls).slice(0, -1);
    expect(points.length).toBeGreaterThan(5);
    for (const call of points) {
      const { scratch, session } = await closed();
      forgetOld(crashingFiles(realFiles, call), session, Date.now() + HOUR_MS);
      expect(findChanges(realFiles, again(session))).toBeUndefined();
      forgetOld(realFiles, session, Date.now() + HOUR_MS);
      expect(JSON.parse(scratch.read('shared/.claude.json') ?? '')).toEqual(JSON.parse(state(OLD, 2)));
      expect(holding(scratch, OLD)).toEqual([]);
      expect(scratch.temporaries()).toEqual([]);
    }
  });

  it('is found by name if an older version closed it', async () => {
    const { scratch, session } = begin();
    session.lock.release();
    await mergeAndClose(session);
    rmSync(session.paths.recentMark);
    forgetOld(realFiles, session, Date.now() + HOUR_MS);
    expect(holding(scratch, OLD)).toContain('sessions/one/base/home/settings.json');
    forgetOld(realFiles, session, Date.now() + HOUR_MS, ['one']);
    expect(holding(scratch, OLD)).toEqual([]);
  });
});
