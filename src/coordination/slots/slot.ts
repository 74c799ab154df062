import { existsSync } from 'node:fs';
import { fingerprint } from '../../system/fingerprint.js';
import { reasonOf } from '../../system/fs/fs-error.js';
import { attempt } from '../../system/attempt.js';
import { isInUse } from '../../session/in-use.js';
import type { Manifest, Slot } from '../../session/manifest.js';
import { sessionPaths, slotsFolder } from '../../session/paths.js';
import { takeNumber, type TakenNumber, type Wish } from './number.js';
import { blockAt, firstPort, type PortBlocks } from '../../config/ports.js';

/** The slot of a live session. */
export interface HeldSlot {
  /** Null if the session got none. */
  readonly slot: Slot | null;
  /** Why the session got none, as a message; undefined if it got one. */
  readonly problem: string | undefined;
  /** The descriptors for the client to inherit: the slot is taken until both the client and this process have exited. */
  readonly descriptors: readonly number[];
  /** Called when the client has exited and its changes were merged. */
  readonly release: () => void;
}

/**
 * Takes a slot for a session: the lowest number that no other live session of its repository has, or outside git of its folder; and a block
 * of ports that no other live session of this state dir has. The slot in its manifest is taken again if it is free. A failure of the disk
 * does not stop the launch: then there is no slot. A process that is killed leaves nothing to clean up, because the kernel frees its slot.
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
 * Takes the two numbers of a slot. They have locks of their own instead of the session's lock: a process that merges a dead session holds
 * that for a moment, and its slot would seem taken.
 */
function takeNumbers(
  stateDir: string,
  { id, cwd, repository, slot }: Manifest,
  blocks: PortBlocks,
): { own: TakenNumber; block: TakenNumber } {
  // A background process of an ended session holds no lock of it, but still uses its slot.
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

/** Not the key of any repository. */
const PORTS = 'ports';

/**
 * Frees the locks. A session stays open as long as a process of it runs in the background; the owner's name in the file then keeps its
 * slot.
 */
function release(stateDir: string, id: string, taken: readonly TakenNumber[]): void {
  const isOpen = existsSync(sessionPaths(stateDir, id).openMark);
  for (const { lock, giveBack } of taken) {
    if (isOpen) lock.release();
    else giveBack();
  }
}
