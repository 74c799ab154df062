import { existsSync } from 'node:fs';
import { fingerprint } from '../../system/fingerprint.js';
import { reasonOf } from '../../system/fs/fs-error.js';
import { attempt } from '../../system/attempt.js';
import { isInUse } from '../../session/in-use.js';
import type { Manifest, Slot } from '../../session/manifest.js';
import { sessionPaths, slotsFolder } from '../../session/paths.js';
import { takeNumber, type TakenNumber, type Wish } from './number.js';
import { blockAt, firstPort, type PortBlocks } from '../../config/ports.js';

/** What a live session has of slots. */
export interface HeldSlot {
  /** Null where none could be had. */
  readonly slot: Slot | null;
  /** Why none could be had, for a person; undefined where one was. */
  readonly problem: string | undefined;
  /** For the client to inherit: the slot is taken as long as it lives, or we do. */
  readonly descriptors: readonly number[];
  /** For when the client has ended, and what it changed was merged. */
  readonly release: () => void;
}

/**
 * Takes a slot for a session: the lowest number that no other live session of its repository has, or outside git of its
 * folder, and a block of ports that no other live session of this state dir has. What its manifest names is taken again
 * where it is free. A failure of the disk keeps nobody from launching: then there is no slot. Whoever is killed leaves
 * nothing to tidy up: the kernel frees what they had.
 */
export function takeSlot(stateDir: string, manifest: Manifest, blocks: PortBlocks): HeldSlot {
  const result = attempt(() => takeNumbers(stateDir, manifest, blocks));
  if (result.status === 'rejected') {
    const problem = reasonOf(result.reason);
    if (problem === undefined) throw result.reason;
    return { slot: null, problem, descriptors: [], release: () => {} };
  }
  const { own, block } = result.value;
  const taken = [own, block];
  return {
    slot: { number: own.number, portBase: firstPort(block.number, blocks) ?? null },
    problem: undefined,
    descriptors: taken.map(({ lock }) => lock.descriptor),
    release: () => release(stateDir, manifest.id, taken),
  };
}

/**
 * These are locks of their own, not that of the session: whoever merges a dead session holds that for a moment, in which its
 * slot would seem to be taken.
 */
function takeNumbers(stateDir: string, { id, cwd, repository, slot }: Manifest, blocks: PortBlocks): { own: TakenNumber; block: TakenNumber } {
  // What a session has left running in the background holds no lock of it, and goes on with its slot.
  const wish: Wish = { owner: id, isUsed: (owner) => isInUse(sessionPaths(stateDir, owner).home) };
  const own = takeNumber(slotsFolder(stateDir, repository?.key ?? fingerprint(cwd)), { ...wish, preferred: slot?.number });
  try {
    const preferred = slot?.portBase ? blockAt(slot.portBase, blocks) : undefined;
    return { own, block: takeNumber(slotsFolder(stateDir, PORTS), { ...wish, preferred }) };
  } catch (error) {
    own.lock.release();
    throw error;
  }
}

/** No key of a repository is called so. */
const PORTS = 'ports';

/** A session is open as long as something of it runs in the background; that keeps the slot, by the name in its file. */
function release(stateDir: string, id: string, taken: readonly TakenNumber[]): void {
  const isOpen = existsSync(sessionPaths(stateDir, id).openMark);
  for (const { lock, giveBack } of taken) {
    if (isOpen) lock.release();
    else giveBack();
  }
}
