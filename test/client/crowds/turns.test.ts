import { expect, test } from 'vitest';
import { type Formation, playLaunch } from '../../../scripts/stress/launch.js';
import type { RoundOutcome } from '../../../scripts/stress/outcome.js';
import { wayNames } from '../../../scripts/stress/rounds.js';
import { targetNames } from '../../../scripts/stress/targets.js';
import { pclaude } from '../../support/real-client.js';

// `npm run stress` plays the same rounds more often, also with agents, beside plain sessions, and on a busy machine.
const formation: Formation = { program: pclaude, writers: 8, agents: 0, beside: 0 };
const CROWD = 20;

/**
 * The outcome of a round in which nothing is lost or duplicated and no call fails. The number of Writes that the client refuses differs
 * from run to run.
 */
function asPlanned({ target, way, writers, refused, beside }: RoundOutcome): RoundOutcome {
  return {
    target,
    way,
    writers,
    kept: writers - refused,
    surplus: 0,
    refused,
    lost: [],
    failed: [],
    presentThoughFailed: [],
    conflicts: [],
    isIntact: true,
    beside,
  };
}

test('eight sessions write one file at the same moment, for each kind of file and each kind of write: every section is there once', async () => {
  const cases = targetNames.flatMap((target) => wayNames.map((way) => ({ target, way })));
  const { rounds, failures } = await playLaunch(formation, cases);

  expect({ rounds, failures }).toEqual({ rounds: rounds.map(asPlanned), failures: [] });
  expect(rounds).toHaveLength(cases.length);
  expect(rounds.filter(({ way, refused }) => way !== 'write' && refused > 0)).toEqual([]);
  expect(rounds.filter(({ kept }) => kept === 0)).toEqual([]);
});

test('twenty sessions insert a section before one line of a skill at the same moment', async () => {
  const { rounds, failures } = await playLaunch({ ...formation, writers: CROWD }, [{ target: 'skill', way: 'same-place' }]);

  expect({ rounds, failures }).toEqual({ rounds: rounds.map(asPlanned), failures: [] });
  expect(rounds).toMatchObject([{ kept: CROWD }]);
});
