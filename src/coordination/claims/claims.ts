import { claimsOf, granted, heldClaims, inTheWay, type Release, released } from './decide.js';
import type { HeldClaim, Holder } from './lease.js';
import { hasNoClaims, withLeases } from './store.js';

export type ClaimOutcome =
  /** The holder now has all paths. */
  | { readonly state: 'granted'; readonly claims: readonly HeldClaim[] }
  /** The holder has none of the paths. `inTheWay`: at least one claim of another holder. */
  | { readonly state: 'refused'; readonly inTheWay: readonly [HeldClaim, ...HeldClaim[]] };

/**
 * Claims paths, which are real paths, for a holder: all of them, or none if another live holder has claimed one of them, a path above or a
 * path below. Claiming a path again changes nothing. Throws the errors of `withLeases`. A crash leaves all claims or none.
 */
export async function claim(stateDir: string, holder: Holder, paths: readonly string[]): Promise<ClaimOutcome> {
  return withLeases(stateDir, ({ leases, put }) => {
    const [first, ...more] = inTheWay(leases, holder, paths);
    if (first) return { state: 'refused', inTheWay: [first, ...more] };
    const lease = granted(leases, holder, paths, Date.now());
    if (lease.claims.length > claimsOf(leases, holder).length) put(lease);
    return { state: 'granted', claims: heldClaims([lease]).filter(({ path }) => paths.includes(path)) };
  });
}

/** Releases the claims on exactly these paths, all or none; with `force` also those of other holders. Throws the errors of `withLeases`. */
export async function release(stateDir: string, holder: Holder, paths: readonly string[], force: boolean): Promise<Release> {
  return withLeases(stateDir, ({ leases, put }) => {
    const outcome = released(leases, holder, paths, force);
    if (outcome.state === 'released') for (const lease of outcome.leases) put(lease);
    return outcome;
  });
}

/** Releases all claims of a holder, if there are any. */
export async function releaseAll(stateDir: string, holder: Holder): Promise<void> {
  await withLeases(stateDir, ({ put }) => put({ version: 1, holder, claims: [] }));
}

/** Returns the claims of all live holders, sorted by path. */
export async function listClaims(stateDir: string): Promise<HeldClaim[]> {
  return hasNoClaims(stateDir) ? [] : withLeases(stateDir, ({ leases }) => heldClaims(leases));
}
