import { utimesSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isJobId, jobsIn, type JobStage, lastingJobs } from '../../../src/client/jobs.js';
import { createScratch } from '../../support/scratch.js';

it.each([
  ['1a2b3c4d', true],
  ['1a2b3c4', false],
  ['1A2B3C4D', false],
  ['pins.json', false],
])('isJobId: %s is %s', (text, is) => {
  expect(isJobId(text)).toBe(is);
});

describe('jobsIn', () => {
  it("reads the client's record of each job, and ignores all other files", () => {
    const scratch = createScratch();
    expect(jobsIn(scratch.root)).toEqual([]);
    scratch.write(
      'jobs/1a2b3c4d/state.json',
      JSON.stringify({ state: 'working', tempo: 'idle', name: 'fix it', intent: 'Fix\nit', displayIntent: 'Fix it' }),
    );
    utimesSync(scratch.at('jobs/1a2b3c4d/state.json'), 0, 7);
    scratch.write('jobs/pins.json', '["1a2b3c4d"]');
    scratch.folder('jobs/00000000');
    scratch.write('jobs/settled/1a2b3c4e.json', '{}');
    expect(jobsIn(scratch.root)).toEqual([
      { id: '1a2b3c4d', name: 'fix it', tasks: ['Fix it', 'Fix\nit'], stage: 'works', pinned: true, changedAt: 7000 },
    ]);
  });

  it.each<readonly [state: string, stage: JobStage]>([
    ['{"state":"done","tempo":"idle"}', 'ended'],
    ['{"state":"failed"}', 'ended'],
    ['{"state":"stopped","tempo":"idle"}', 'ended'],
    ['{"state":"done","tempo":"active"}', 'works'],
    ['{"state":"working","tempo":"idle"}', 'works'],
    ['{"state":"starting"}', 'works'],
    ['{"state":"blocked","tempo":"blocked"}', 'waits'],
    ['{"state":"working","tempo":"blocked"}', 'waits'],
    ['{"state":"wor', 'unknown'],
    ['[]', 'unknown'],
  ])('%s: %s', (state, stage) => {
    const scratch = createScratch();
    scratch.write('jobs/1a2b3c4d/state.json', state);
    expect(jobsIn(scratch.root)).toMatchObject([{ id: '1a2b3c4d', name: '', stage, pinned: false }]);
  });
});

it.each<readonly [what: string, state: string, pins: string, lasts: boolean]>([
  ['has ended long ago', '{"state":"done"}', '[]', false],
  ['has ended long ago, and is pinned', '{"state":"done"}', '["1a2b3c4d"]', true],
  ['has ended long ago, with pins that cannot be read', '{"state":"stopped"}', '{', false],
  ['has not ended', '{"state":"working"}', '[]', true],
  ['cannot be read', '{', '[]', true],
])('lastingJobs: a job that %s', (_, state, pins, lasts) => {
  const scratch = createScratch();
  scratch.write('jobs/1a2b3c4d/state.json', state);
  scratch.write('jobs/pins.json', pins);
  utimesSync(scratch.at('jobs/1a2b3c4d/state.json'), 0, 7);
  expect(lastingJobs(scratch.root, 8000)).toEqual(lasts ? ['1a2b3c4d'] : []);
  expect(lastingJobs(scratch.root, 7000)).toEqual(['1a2b3c4d']);
});
