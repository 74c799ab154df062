import type { RepositoryIdentity } from '../../system/git/identity.js';

/** How close two sessions work to each other. */
type Tier =
  /** They work on different things. */
  | 'elsewhere'
  /** They work in two working trees of one repository, as they should. */
  | 'repository'
  /** They work in one working tree: each sees, and overwrites, the unfinished edits of the other. */
  | 'working-tree';

/** The folder in which a client works, and its repository. */
export interface WorkingPlace {
  /** A real path. */
  readonly folder: string;
  /** Null outside git. */
  readonly repository: RepositoryIdentity | null;
}

/** Another session or client that runs now. */
export interface Other {
  /** A session of pclaude, or a plain client that nothing isolates. */
  readonly kind: 'session' | 'plain';
  /** A session may have background jobs in several folders. */
  readonly places: readonly WorkingPlace[];
}

/** The others that matter most: those in the nearest tier, even if that is `elsewhere`. Not a conflict of a merge. */
export interface NearestOthers {
  readonly tier: Tier;
  readonly count: number;
  /** How many of these are plain clients. */
  readonly plain: number;
}

/** Returns undefined when nothing else runs. */
export function nearestOthers(here: WorkingPlace, others: readonly Other[]): NearestOthers | undefined {
  const tiers = others.map(({ kind, places }) => ({ kind, tier: nearest(places.map((place) => tierOf(here, place))) }));
  if (tiers.length === 0) return undefined;
  const tier = nearest(tiers.map((other) => other.tier));
  const met = tiers.filter((other) => other.tier === tier);
  return { tier, count: met.length, plain: met.filter(({ kind }) => kind === 'plain').length };
}

function tierOf(here: WorkingPlace, other: WorkingPlace): Tier {
  // Outside git the extent of a project is unknown: two clients work on the same project only if they work in the same folder.
  if (!here.repository || !other.repository) return here.folder === other.folder ? 'working-tree' : 'elsewhere';
  if (here.repository.worktree === other.repository.worktree) return 'working-tree';
  return here.repository.key === other.repository.key ? 'repository' : 'elsewhere';
}

const FROM_NEAREST = ['working-tree', 'repository', 'elsewhere'] as const;

function nearest(tiers: readonly Tier[]): Tier {
  return FROM_NEAREST.find((tier) => tiers.includes(tier)) ?? 'elsewhere';
}
