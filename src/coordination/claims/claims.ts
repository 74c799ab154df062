import { type Claim, hasNoClaims, type HeldClaim, type Holder, keyOf, type Lease, withLeases } from './leases.js';

export type ClaimOutcome =
  /** The holder now has all paths. */
  | { readonly state: 'granted'; readonly claims: readonly HeldClaim[] }
  /** The holder has none of the paths. `inTheWay`: at least one claim of another holder. */
  | { readonly state: 'refused'; readonly inTheWay: readonly [HeldClaim, ...HeldClaim[]] };

/**
 * Claims paths, which are real paths, for a holder: all of them, or none if another live holder has claimed one of them, a path above or a
 * path below. Claiming a path again changes nothing. Throws the errors of `withLeases`. A crash leaves all claims or none.
 */
export async function claimPaths(stateDir: string, holder: Holder, paths: readonly string[]): Promise<ClaimOutcome> {
  return withLeases(stateDir, ({ leases, put }) => {
    const [first, ...more] = inTheWay(leases, holder, paths);
    if (first) return { state: 'refused', inTheWay: [first, ...more] };
    const lease = granted(leases, holder, paths, Date.now());
    if (lease.claims.length > claimsOf(leases, holder).length) put(lease);
    return { state: 'granted', claims: heldClaims([lease]).filter(({ path }) => paths.includes(path)) };
  });
}

/** Releases the claims on exactly these paths, all or none; with `force` also those of other holders. Throws the errors of `withLeases`. */
export async function releasePaths(stateDir: string, holder: Holder, paths: readonly string[], force: boolean): Promise<Release> {
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

/** Returns the claims of other holders that exclude a claim on these paths: on the same path, on one above it, or on one below it. */
export function inTheWay(leases: readonly Lease[], holder: Holder, paths: readonly string[]): HeldClaim[] {
  return heldClaims(othersOf(leases, holder)).filter((claim) => paths.some((path) => covers(claim.path, path) || covers(path, claim.path)));
}

/** Returns the holder's lease with these claims added. A path that is already claimed keeps its time. */
export function granted(leases: readonly Lease[], holder: Holder, paths: readonly string[], now: number): Lease {
  const claims = claimsOf(leases, holder);
  const added = [...new Set(paths)].filter((path) => !claims.some((claim) => claim.path === path));
  return { version: 1, holder, claims: [...claims, ...added.map((path) => ({ path, since: now }))] };
}

export type Release =
  /** The leases to write. A lease without claims is to be removed. */
  | { readonly state: 'released'; readonly leases: readonly Lease[] }
  /** Another holder has the claim. */
  | { readonly state: 'refused'; readonly claim: HeldClaim }
  /** There is no claim on exactly this path. `covering`: a claim on a path above it. */
  | { readonly state: 'unclaimed'; readonly path: string; readonly covering: HeldClaim | undefined };

/** Releases the claims on these paths, all or none; with `force` also those of other holders. */
export function released(leases: readonly Lease[], holder: Holder, paths: readonly string[], force: boolean): Release {
  const claims = heldClaims(leases);
  for (const path of paths) {
    const held = claims.filter((claim) => claim.path === path);
    const [claim] = held;
    if (claim === undefined) return { state: 'unclaimed', path, covering: claims.find((each) => covers(each.path, path)) };
    if (!force && !held.some((each) => isSame(each.holder, holder))) return { state: 'refused', claim };
  }
  const open = force ? leases : leases.filter((lease) => isSame(lease.holder, holder));
  const changed = open.flatMap((lease) => {
    const kept = lease.claims.filter(({ path }) => !paths.includes(path));
    return kept.length === lease.claims.length ? [] : [{ ...lease, claims: kept }];
  });
  return { state: 'released', leases: changed };
}

/** Returns all claims, sorted by path. */
export function heldClaims(leases: readonly Lease[]): HeldClaim[] {
  const claims = leases.flatMap(({ holder, claims: own }) => own.map((claim) => ({ ...claim, holder })));
  return claims.toSorted((one, other) => (one.path < other.path ? -1 : Number(one.path > other.path)));
}

function claimsOf(leases: readonly Lease[], holder: Holder): readonly Claim[] {
  return leases.find((lease) => isSame(lease.holder, holder))?.claims ?? [];
}

function othersOf(leases: readonly Lease[], holder: Holder): Lease[] {
  return leases.filter((lease) => !isSame(lease.holder, holder));
}

function isSame(one: Holder, other: Holder): boolean {
  return keyOf(one) === keyOf(other);
}

/** Whether a path is the other one or above it. */
function covers(path: string, other: string): boolean {
  return path === other || other.startsWith(path.endsWith('/') ? path : `${path}/`);
}
