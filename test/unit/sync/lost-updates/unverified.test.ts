import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { recoverAll } from '../../../../src/sync/close/recover-all.js';
import { keepUnverified } from '../../../../src/sync/lost-updates/unverified.js';
import { syncRunning } from '../../../../src/sync/sync-running.js';
import { realFiles } from '../../../../src/system/files/real-files.js';
import { mergeAndClose } from '../../../support/close.js';
import { createScratch, type Scratch } from '../../../support/scratch.js';
import { openSession, type OpenSession } from '../../../support/session.js';

/** A session that wrote a skill, which an external writer replaced at that moment; its hook could not verify it. */
function prepare(): { scratch: Scratch; session: OpenSession } {
  const scratch = createScratch();
  scratch.write('shared/skills/x/SKILL.md', 'theirs\none\n');
  const session = openSession(scratch, 'one');
  session.lock.release();
  keepUnverified(realFiles, session.paths, 'call', {
    place: 'skills/x/SKILL.md',
    target: scratch.at('shared/skills/x/SKILL.md'),
    memoryFolder: null,
    before: 'one\n',
    after: 'one\nours\n',
    since: 0,
    conflict: 'copy',
  });
  return { scratch, session };
}

describe('an unverified write', () => {
  it.each<readonly [when: string, act: (session: OpenSession) => Promise<unknown>]>([
    ['while the session runs', async (session) => syncRunning(realFiles, session)],
    ['when it ends', async (session) => mergeAndClose(session)],
    ['by the next launch', async (session) => recoverAll(realFiles, session)],
  ])('is verified %s', async (_when, act) => {
    const { scratch, session } = prepare();
    await act(session);
    expect(scratch.read('shared/skills/x/SKILL.md')).toBe('theirs\none\nours\n');
    expect(existsSync(`${session.paths.unverified}/call`)).toBe(false);
  });

  it('is private until then', () => {
    const { session } = prepare();
    expect(realFiles.mode(`${session.paths.unverified}/call`)).toBe(0o600);
  });

  it('is dropped if only half of its record was kept', async () => {
    const { scratch, session } = prepare();
    for (const text of ['{"version":1,"pla', '{}', '{"version":1}', '']) {
      scratch.write(`${session.paths.unverified}/call`, text);
      await syncRunning(realFiles, session);
      expect(existsSync(`${session.paths.unverified}/call`)).toBe(false);
    }
    expect(scratch.read('shared/skills/x/SKILL.md')).toBe('theirs\none\n');
  });
});
