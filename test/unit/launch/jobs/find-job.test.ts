import { rmSync, utimesSync } from 'node:fs';
import { expect, it } from 'vitest';
import { findSharedDir } from '../../../../src/client/shared-dir.js';
import { findJobs } from '../../../../src/launch/jobs/find-job.js';
import { createScratch, type Scratch } from '../../../support/scratch.js';
import { openSession } from '../../../support/session.js';

function writeJob(scratch: Scratch, home: string, id: string, changedAt: number): void {
  const path = scratch.write(`${home}/jobs/${id}/state.json`, '{"state":"working"}');
  utimesSync(path, 0, changedAt);
}

function homesOf(scratch: Scratch, shared = scratch.at('shared')): Record<string, string> {
  const found = findJobs(scratch.at('state'), findSharedDir({ CLAUDE_CONFIG_DIR: shared }, scratch.root));
  return Object.fromEntries(found.map(({ id, dir }) => [id, dir.kind === 'shared' ? 'shared' : dir.manifest.id]));
}

it('findJobs returns the jobs of the shared dir and of its sessions, open or closed', () => {
  const scratch = createScratch();
  expect(homesOf(scratch)).toEqual({});
  writeJob(scratch, scratch.at('shared'), 'a0000000', 1);
  const [one, two, other] = ['one', 'two', 'other'].map((id) =>
    openSession(scratch, id, {
      ...(id === 'two' && { state: { name: 'closed', at: 1 } }),
      ...(id === 'other' && { shared: findSharedDir({ CLAUDE_CONFIG_DIR: scratch.at('another') }, '/') }),
    }),
  );
  for (const [session, id] of [
    [one, 'b0000000'],
    [two, 'c0000000'],
    [other, 'd0000000'],
  ] as const)
    writeJob(scratch, session?.paths.home ?? '', id, 1);
  expect(homesOf(scratch)).toEqual({ a0000000: 'shared', b0000000: 'one', c0000000: 'two' });
  expect(homesOf(scratch, scratch.at('another'))).toEqual({ d0000000: 'other' });
  scratch.link('linked', scratch.at('shared'));
  expect(homesOf(scratch, scratch.at('linked'))).toEqual({ a0000000: 'shared', b0000000: 'one', c0000000: 'two' });
  rmSync(two?.paths.manifest ?? '');
  expect(homesOf(scratch)).toEqual({ a0000000: 'shared', b0000000: 'one' });
});

it('findJobs returns the job that was recorded last if two have the same id', () => {
  const scratch = createScratch();
  writeJob(scratch, scratch.at('shared'), 'a0000000', 2);
  const [one, two] = [openSession(scratch, 'one'), openSession(scratch, 'two')];
  writeJob(scratch, one.paths.home, 'a0000000', 3);
  writeJob(scratch, two.paths.home, 'a0000000', 1);
  expect(homesOf(scratch)).toEqual({ a0000000: 'one' });
});
