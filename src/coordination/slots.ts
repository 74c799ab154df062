import { existsSync, ftruncateSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { PortBlocks } from '../config/config.js';
import { isInUse } from '../session/locks.js';
import type { Manifest, Slot } from '../session/manifest.js';
import { sessionPaths, slotsFolder } from '../session/paths.js';
import { attempt } from '../system/attempt.js';
import { makeFolder } from '../system/fs/folders.js';
import { reasonOf } from '../system/fs/fs-error.js';
import { fingerprint } from '../system/id.js';
import { type KernelLock, tryKernelLock } from '../system/kernel-lock.js';

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
  const result = attempt(() => takeSlotAndBlock(stateDir, manifest, blocks));
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
function takeSlotAndBlock(
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

/** A number that no other process has as long as its lock is held. */
export interface TakenNumber {
  readonly number: number;
  /** Held until the process that took the number, and all that inherited its descriptor, have exited. */
  readonly lock: KernelLock;
  /** Gives the number back: no process of the owner uses it any more. */
  readonly giveBack: () => void;
}

export interface Wish {
  /** The owner's name, written into the file of the number. */
  readonly owner: string;
  /** The number to try first. */
  readonly preferred?: number | undefined;
  /** Whether an owner still uses a number whose lock is free. */
  readonly isUsed: (owner: string) => boolean;
}

/**
 * Takes the lowest number from 1 on whose file in `folder` can be locked and that no owner uses. Never waits: of several processes that ask
 * at the same time each gets the first lock that is free. The kernel frees the number of a process that is killed. The files are never
 * removed, because another process may have opened a removed file and would then lock it. Throws the system's errors.
 */
export function takeNumber(folder: string, wish: Wish): TakenNumber {
  if (!existsSync(folder)) makeFolder(folder);
  const preferred = wish.preferred === undefined ? undefined : tryNumber(folder, wish.preferred, wish);
  if (preferred) return preferred;
  for (let number = 1; ; number++) {
    const taken = tryNumber(folder, number, wish);
    if (taken) return taken;
  }
}

function tryNumber(folder: string, number: number, { owner, isUsed }: Wish): TakenNumber | undefined {
  const lock = tryKernelLock(join(folder, String(number)));
  if (lock === undefined) return undefined;
  let taken = false;
  try {
    const before = readFileSync(lock.descriptor, 'utf8');
    if (before !== '' && before !== owner && isUsed(before)) return undefined;
    if (before !== '') ftruncateSync(lock.descriptor);
    writeSync(lock.descriptor, owner);
    taken = true;
    return { number, lock, giveBack: () => freeNumber(lock) };
  } finally {
    if (!taken) lock.release();
  }
}

/** Clears the owner's name: a name that stays in the file makes the next process scan all processes. */
function freeNumber(lock: KernelLock): void {
  attempt(() => ftruncateSync(lock.descriptor));
  lock.release();
}

const HIGHEST_PORT = 65_535;

/** The first port of a block; undefined when the block would exceed the highest port. */
export function firstPort(block: number, { portBase, ports }: PortBlocks): number | undefined {
  const port = portBase + (block - 1) * ports;
  return port + ports - 1 <= HIGHEST_PORT ? port : undefined;
}

/** The block that begins with this port; undefined when there is none. */
export function blockAt(port: number, { portBase, ports }: PortBlocks): number | undefined {
  const block = (port - portBase) / ports + 1;
  return Number.isInteger(block) && block >= 1 ? block : undefined;
}
