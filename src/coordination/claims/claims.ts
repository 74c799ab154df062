import { claimsOf, granted, heldClaims, inTheWay, type Release, released } from './decide.js';
import type { HeldClaim, Holder } from './lease.js';
import { hasNoClaims, withLeases } from './store.js';

export type ClaimOutcome =
  /** All paths are the holder's now. */
  | { readonly state: 'granted'; readonly claims: readonly HeldClaim[] }
  /** None is. `inTheWay`: at least one claim of somebody else. */
  | { readonly state: 'refused'; readonly inTheWay: readonly [HeldClaim, ...HeldClaim[]] }

/**
 * Claims paths, which are real paths, for a holder: all of them, or none where somebody else who lives has claimed one of
 * them, one above or one below. To claim again what one has changes nothing. Throws what `withLeases` throws; a crash leaves
 * all or none.
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

/** Takes back claims on these very paths, all or none; `force`: also those of others. Throws what `withLeases` throws. */
export async function release(stateDir: string, holder: Holder, paths: readonly string[], force: boolean): Promise<Release> {
  return withLeases(stateDir, ({ leases, put }) => {
    const outcome = released(leases, holder, paths, force);
    if (outcome.state === 'released') for (const lease of outcome.leases) put(lease);
    return outcome;
  });
}

/** Takes back all claims of a holder, of whom there need not be any. */
export async function releaseAll(stateDir: string, holder: Holder): Promise<void> {
  await withLeases(stateDir, ({ put }) => put({ version: 1, holder, claims: [] }));
}

/** All claims of holders that live, by path. */
export async function listClaims(stateDir: string): Promise<HeldClaim[]> {
  return hasNoClaims(stateDir) ? [] : withLeases(stateDir, ({ leases }) => heldClaims(leases));
}
