import type { RepositoryIdentity } from '../git/identity.js';

/** How much sessions are in each other's way. */
type Tier =
  /** They work on different things. */
  | 'safe'
  /** In two working trees of one repository: their branches will have to be merged. */
  | 'risky'
  /** In one working tree: each sees, and overwrites, what the other has half done. */
  | 'dangerous';

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

/** The others who matter most: those in the worst tier. */
export interface Met {
  readonly tier: Tier;
  readonly count: number;
  /** How many of these are plain clients. */
  readonly plain: number;
}

/** Undefined where nobody else works. */
export function meet(here: Place, others: readonly Other[]): Met | undefined {
  const tiers = others.map(({ kind, places }) => ({ kind, tier: worst(places.map((place) => tierOf(here, place))) }));
  if (tiers.length === 0) return undefined;
  const tier = worst(tiers.map((other) => other.tier));
  const met = tiers.filter((other) => other.tier === tier);
  return { tier, count: met.length, plain: met.filter(({ kind }) => kind === 'plain').length };
}

function tierOf(here: Place, other: Place): Tier {
  // Outside git nobody knows where a project ends: the same folder is the same project, and no other one is.
  if (!here.repository || !other.repository) return here.folder === other.folder ? 'dangerous' : 'safe';
  if (here.repository.worktree === other.repository.worktree) return 'dangerous';
  return here.repository.key === other.repository.key ? 'risky' : 'safe';
}

const FROM_WORST = ['dangerous', 'risky', 'safe'] as const;

function worst(tiers: readonly Tier[]): Tier {
  return FROM_WORST.find((tier) => tiers.includes(tier)) ?? 'safe';
}
