import { rmSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { DEFAULT_BLOCKS } from '../../../src/config/config.js';
import { type HeldSlot, takeSlot } from '../../../src/coordination/slots.js';
import type { Manifest } from '../../../src/session/manifest.js';
import { createScratch, type Scratch } from '../../support/scratch.js';
import { manifestOf, openSession } from '../../support/session.js';

const HERE = { repository: { key: 'here', worktree: '/here' } };
const THERE = { repository: { key: 'there', worktree: '/there' } };

describe('a slot', () => {
  test('is numbered within the repository, or within the folder outside one; its ports are unique across all', () => {
    const { take } = world();

    expect(
      [take(HERE), take(THERE), take(HERE), take({ cwd: '/a' }), take({ cwd: '/b' }), take({ cwd: '/a' })].map(({ slot }) => slot),
    ).toEqual([
      { number: 1, portBase: 23_000 },
      { number: 1, portBase: 23_020 },
      { number: 2, portBase: 23_040 },
      { number: 1, portBase: 23_060 },
      { number: 1, portBase: 23_080 },
      { number: 2, portBase: 23_100 },
    ]);
  });

  test('has no ports if none are free', () => {
    const { take } = world();
    const blocks = { portBase: 65_500, ports: 30 };

    expect([take(HERE, blocks), take(HERE, blocks)].map(({ slot }) => slot)).toEqual([
      { number: 1, portBase: 65_500 },
      { number: 2, portBase: null },
    ]);
  });

  test('that the session had is taken again, unless another session has it now', () => {
    const { take } = world();
    const slot = { number: 3, portBase: 23_060 };

    expect(take({ ...HERE, slot }).slot).toEqual(slot);
    expect(take({ ...HERE, slot }).slot).toEqual({ number: 1, portBase: 23_000 });
  });

  test.each([
    ['is closed', '', true],
    ['may go on in the background', 'someone000', false],
  ])('of a session that %s names the session in its file: "%s"', (_, named, closed) => {
    const { scratch, take } = world();
    const session = openSession(scratch, 'someone000', HERE);
    const { slot, release } = take(session.manifest);
    session.lock.release();
    if (closed) rmSync(session.paths.openMark);
    release();

    expect(scratch.tree('state/slots')).toEqual({ 'here/1': named, 'ports/1': named });
    expect(take(HERE).slot).toEqual(slot);
  });

  test('cannot be taken if the folder of ports fails, and its number stays free', () => {
    const { scratch, take } = world();
    scratch.write('state/slots/ports', 'in the way');
    expect(take(HERE)).toMatchObject({ slot: null, problem: 'a file stands where a folder is needed', descriptors: [] });
    rmSync(scratch.at('state/slots/ports'));

    expect(take(HERE).slot).toEqual({ number: 1, portBase: 23_000 });
  });
});

function world(): { scratch: Scratch; take: (changes?: Partial<Manifest>, blocks?: typeof DEFAULT_BLOCKS) => HeldSlot } {
  const scratch = createScratch();
  return {
    scratch,
    take: (changes, blocks = DEFAULT_BLOCKS) => takeSlot(scratch.at('state'), manifestOf(scratch, 'someone', changes), blocks),
  };
}
