import { below } from '../../system/fs/below.js';
import type { Bases } from '../bases.js';
import { isClients, isLeftByClient } from '../client-lock.js';
import type { Entry } from '../entries.js';
import { type UnsavedWork, unsavedWorkIn } from './unsaved-work.js';
import { inside, type Occupant } from '../occupants.js';
import { type BranchState, branchStateOf } from './branch-state.js';
import { typed } from '../typed.js';
import { isBeingMade } from '../unfinished.js';
import { workIn } from './work.js';

/** The result of checking whether a working tree may be removed. */
export interface RemovalCheck {
  readonly entry: Entry;
  /** Why it cannot be removed, not even with `--force`, and a hint; null if it can. */
  readonly obstacle: { readonly what: string; readonly hint: string } | null;
  readonly losses: readonly UnsavedWork[];
  readonly occupants: readonly Occupant[];
  /** Null if its folder is gone or there is an obstacle. */
  readonly standing: BranchState | null;
}

/** The repository around a working tree, read once for each command. */
export interface Surroundings {
  readonly stateDir: string;
  readonly entries: readonly Entry[];
  readonly bases: Bases;
  /** The sessions, clients and other processes in all folders. */
  readonly occupants: readonly Occupant[];
}

/** Checks whether a working tree may be removed, and changes nothing. Throws `git-failed`. */
export async function checkRemoval(entry: Entry, surroundings: Surroundings): Promise<RemovalCheck> {
  const obstacle = obstacleTo(entry, surroundings);
  const occupants = inside(entry.path, surroundings.occupants);
  if (entry.gone || obstacle) return { entry, obstacle, losses: [], occupants, standing: null };
  const [work, standing] = await Promise.all([
    workIn(entry.path, surroundings.bases),
    branchStateOf(entry.path, entry.branch, surroundings.bases),
  ]);
  return { entry, obstacle, losses: unsavedWorkIn(work), occupants, standing };
}

function obstacleTo({ path, kind, locked }: Entry, { stateDir, entries }: Surroundings): RemovalCheck['obstacle'] {
  if (kind !== 'linked') return { what: `${path} is the main working tree`, hint: 'only linked worktrees are removed' };
  if (isBeingMade(stateDir, path)) return { what: `${path} is being made just now`, hint: 'wait until that has ended' };
  if (locked !== null && !isLeftByClient(locked)) {
    const hint = isClients(locked) ? 'end that session first' : `when it is no longer needed: git worktree unlock ${typed(path)}`;
    return { what: `${path} is locked${locked === '' ? '' : ` (${locked})`}`, hint };
  }
  const nested = entries.find((each) => below(path, each.path) !== undefined);
  return nested ? { what: `${path} holds the worktree ${nested.path}`, hint: 'remove that first' } : null;
}
