import { rmSync } from 'node:fs';
import { expect, it } from 'vitest';
import { recoverSession, dryRunRecovery } from '../../../../src/sync/close/recover-session.js';
import { realFiles } from '../../../../src/system/files/real-files.js';
import { createScratch } from '../../../support/scratch.js';
import { layout, openSession } from '../../../support/session.js';

it('a dry run does not even remove the mark of a session that left nothing; a merge does', async () => {
  const scratch = createScratch();
  const { stateDir, paths, lock } = openSession(scratch, 'one');
  lock.release();
  rmSync(paths.manifest);
  expect(await dryRunRecovery(realFiles, { stateDir, layout }, 'one')).toBeUndefined();
  expect(scratch.tree('state/open')).toEqual({ one: '' });
  expect(await recoverSession(realFiles, { stateDir, layout }, 'one')).toBeUndefined();
  expect(scratch.tree('state/open')).toEqual({});
});
