import { describe, expect, test } from 'vitest';
import type { ShellPlan } from '../../../src/overlay/shell/places.js';
import { readShell } from '../../../src/overlay/shell/plan-shell.js';
import { createScratch, type Scratch } from '../../support/scratch.js';
import { ALONE, APART } from './commands.js';
import { createWorld, type World } from './world.js';

describe('a command that writes shared files does the same in private ones, and leaves the shared ones alone', () => {
  test.each(APART)('%s', async (command) => {
    const scratch = createScratch();
    const { world, plan, rewritten } = planned(scratch, command);
    const plain = createWorld(scratch, 'one');
    const bringBack = world.copyUp(plan);
    const before = world.shared();
    const [did, expected] = await Promise.all([world.bash(rewritten), plain.bash(command)]);
    expect({ rewritten, did }).toEqual({ rewritten, did: expected });
    expect({ rewritten, shared: world.shared() }).toEqual({ rewritten, shared: before });
    bringBack();
    expect({ rewritten, shared: world.shared(), project: world.project() }).toEqual({ rewritten, shared: plain.shared(), project: plain.project() });
  });
});

describe('a command stays as it is', () => {
  const { places } = createWorld(createScratch(), 'one', { session: true });
  test.each(ALONE)('%s: %s', (why, command) => {
    const reading = readShell(command, places);
    expect(reading.kind === 'unclear' ? reading.why : reading.kind).toBe(why);
  });
});

interface Planned {
  readonly world: World;
  readonly plan: ShellPlan;
  readonly rewritten: string;
}

/** A command that would take odd paths apart is only changed where there are none. */
function planned(scratch: Scratch, command: string): Planned {
  for (const state of ["it's $HOME `", 'upper']) {
    const world = createWorld(scratch, state === 'upper' ? 'two' : 'odd', { state, session: true });
    const reading = readShell(command, world.places);
    if (reading.kind !== 'planned') throw new Error(reading.kind === 'unclear' ? reading.why : 'nothing is written');
    const rewritten = reading.plan.rewrite(world.privateRoot);
    if (rewritten !== undefined) return { world, plan: reading.plan, rewritten };
  }
  throw new Error('not even with a plain path');
}
