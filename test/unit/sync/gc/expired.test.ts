import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeManifest } from '../../../../src/session/manifest.js';
import { leftInTrash, removeExpired } from '../../../../src/sync/gc/expired.js';
import type { Files } from '../../../../src/system/files/files.js';
import { realFiles } from '../../../../src/system/files/real-files.js';
import { countingFiles, Crash, crashingFiles } from '../../../support/faulty-files.js';
import { createScratch, type Scratch } from '../../../support/scratch.js';
import { layout, openSession, type OpenSession } from '../../../support/session.js';

const expiry = { before: 2, dryRun: false };

function closedSession(): { scratch: Scratch; session: OpenSession } {
  const scratch = createScratch();
  scratch.write('shared/settings.json', '{}');
  scratch.write('shared/skills/a/SKILL.md', 'a skill\n');
  const session = openSession(scratch, 'one');
  session.lock.release();
  writeManifest(session.paths.manifest, { ...session.manifest, state: { name: 'closed', at: 1 } });
  return { scratch, session };
}

it('removeExpired leaves nothing half removed where other processes look if it is killed while it removes files', () => {
  const { scratch, session } = closedSession();
  const half: Files = {
    ...realFiles,
    removeFolder: (folder) => {
      realFiles.remove(join(folder, 'alive'));
      throw new Crash('killed');
    },
  };
  expect(() => removeExpired(half, { ...session, layout }, 'one', expiry)).toThrow(Crash);
  expect(scratch.tree('state/sessions')).toEqual({});
  expect(leftInTrash(realFiles, session.stateDir)).toEqual([scratch.at('state/trash/one')]);
});

it('removeExpired leaves all of a session or nothing if it is killed before any call, except in the trash', () => {
  const files = countingFiles(realFiles);
  const { scratch, session } = closedSession();
  const whole = scratch.tree('state/sessions');
  expect(removeExpired(files, { ...session, layout }, 'one', expiry)).toEqual({ state: 'removed' });
  expect(scratch.tree('state')).toEqual({ 'locks/launches': '', open: 'folder', sessions: 'folder', trash: 'folder' });
  for (let call = 1; call <= files.calls.length; call++) {
    const { scratch: other, session: again } = closedSession();
    const shared = other.tree('shared');
    const kill = (): unknown => removeExpired(crashingFiles(realFiles, call), { ...again, layout }, 'one', expiry);
    expect(kill).toThrow(Crash);
    expect([JSON.stringify({}), JSON.stringify(whole)].map((text) => text.replaceAll(scratch.root, other.root))).toContain(
      JSON.stringify(other.tree('state/sessions')),
    );
    removeExpired(realFiles, { ...again, layout }, 'one', expiry);
    for (const path of leftInTrash(realFiles, again.stateDir)) realFiles.removeFolder(path);
    expect(other.tree('state')).toMatchObject({ sessions: 'folder', trash: 'folder' });
    expect(other.tree('shared')).toEqual(shared);
  }
});
