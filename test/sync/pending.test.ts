import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { realFiles } from '../../src/sync/files.js';
import { finishSession } from '../../src/sync/finish.js';
import { notePending } from '../../src/sync/pending.js';
import { recoverSessions } from '../../src/sync/recover.js';
import { syncRunning } from '../../src/sync/running.js';
import { createScratch, type Scratch } from '../support/scratch.js';
import { openSession, type OpenSession } from '../support/session.js';

/** A session that has written a skill, which somebody else replaced at that moment; its hook could not make sure of it. */
function prepare(): { scratch: Scratch; session: OpenSession } {
  const scratch = createScratch();
  scratch.write('shared/skills/x/SKILL.md', 'theirs\none\n');
  const session = openSession(scratch, 'one');
  session.lock.release();
  notePending(realFiles, session.paths, 'call', { place: 'skills/x/SKILL.md', target: scratch.at('shared/skills/x/SKILL.md'), memoryFolder: null, before: 'one\n', after: 'one\nours\n', ended: 0, duration: 0, conflict: 'copy' });
  return { scratch, session };
}

describe('a write that nobody has made sure of', () => {
  it.each<readonly [when: string, act: (session: OpenSession) => Promise<unknown>]>([
    ['while the session runs', async (session) => syncRunning(session)],
    ['when it ends', async (session) => finishSession(session)],
    ['by the next launch', async (session) => recoverSessions(session)],
  ])('is made sure of %s', async (_when, act) => {
    const { scratch, session } = prepare();
    await act(session);
    expect(scratch.read('shared/skills/x/SKILL.md')).toBe('theirs\none\nours\n');
    expect(existsSync(`${session.paths.pending}/call`)).toBe(false);
  });

  it('is private until then', () => {
    const { session } = prepare();
    expect(realFiles.mode(`${session.paths.pending}/call`)).toBe(0o600);
  });

  it('is forgotten where only half of it was noted', async () => {
    const { scratch, session } = prepare();
    for (const text of ['{"version":1,"pla', '{}', '{"version":2}', '']) {
      scratch.write(`${session.paths.pending}/call`, text);
      await syncRunning(session);
      expect(existsSync(`${session.paths.pending}/call`)).toBe(false);
    }
    expect(scratch.read('shared/skills/x/SKILL.md')).toBe('theirs\none\n');
  });
});
