import type { RepositoryIdentity } from '../../system/git/identity.js';

/** How near sessions are to each other. */
type Tier =
  /** They work on different things. */
  | 'elsewhere'
  /** In two working trees of one repository, as they should be. */
  | 'repository'
  /** In one working tree: each sees, and overwrites, what the other has half done. */
  | 'working-tree';

/** Where somebody works. */
export interface Place {
  /** Real path. */
  readonly folder: string;
  /** Null outside git. */
  readonly repository: RepositoryIdentity | null;
}

/** Somebody else who works at this moment. */
export interface Other {
  /** A session of pclaude, or a client that nothing isolates. */
  readonly kind: 'session' | 'plain';
  /** A session may have background jobs in other places. */
  readonly places: readonly Place[];
}

/** The others who matter most: those in the nearest tier. */
export interface NearestConflict {
  readonly tier: Tier;
  readonly count: number;
  /** How many of these are plain clients. */
  readonly plain: number;
}

/** Undefined where nobody else works. */
export function nearestConflict(here: Place, others: readonly Other[]): NearestConflict | undefined {
  const tiers = others.map(({ kind, places }) => ({ kind, tier: nearest(places.map((place) => tierOf(here, place))) }));
  if (tiers.length === 0) return undefined;
  const tier = nearest(tiers.map((other) => other.tier));
  const met = tiers.filter((other) => other.tier === tier);
  return { tier, count: met.length, plain: met.filter(({ kind }) => kind === 'plain').length };
}

function tierOf(here: Place, other: Place): Tier {
  // Outside git nobody knows where a project ends: the same folder is the same project, and no other one is.
  if (!here.repository || !other.repository) return here.folder === other.folder ? 'working-tree' : 'elsewhere';
  if (here.repository.worktree === other.repository.worktree) return 'working-tree';
  return here.repository.key === other.repository.key ? 'repository' : 'elsewhere';
}

const FROM_NEAREST = ['working-tree', 'repository', 'elsewhere'] as const;

function nearest(tiers: readonly Tier[]): Tier {
  return FROM_NEAREST.find((tier) => tiers.includes(tier)) ?? 'elsewhere';
}
