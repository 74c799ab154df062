import { type Claim, type HeldClaim, type Holder, keyOf, type Lease } from './lease.js';

/** The claims of others that exclude a claim on these paths: on the same one, on one above it, or on one below. */
export function inTheWay(leases: readonly Lease[], holder: Holder, paths: readonly string[]): HeldClaim[] {
  return heldClaims(othersOf(leases, holder)).filter((claim) => paths.some((path) => covers(claim.path, path) || covers(path, claim.path)));
}

/** The lease with these claims added to it; one that is held already keeps its time. */
export function granted(leases: readonly Lease[], holder: Holder, paths: readonly string[], now: number): Lease {
  const claims = claimsOf(leases, holder);
  const added = [...new Set(paths)].filter((path) => !claims.some((claim) => claim.path === path));
  return { version: 1, holder, claims: [...claims, ...added.map((path) => ({ path, since: now }))] };
}

export type Release =
  /** The leases that become others; one without claims goes. */
  | { readonly state: 'released'; readonly leases: readonly Lease[] }
  /** Of somebody else. */
  | { readonly state: 'refused'; readonly claim: HeldClaim }
  /** Nobody has claimed this very path. `covering`: but somebody one above it. */
  | { readonly state: 'unclaimed'; readonly path: string; readonly covering: HeldClaim | undefined };

/** Takes back the claims on these paths, all or none; with `force` those of others, too. */
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

/** All claims, by path. */
export function heldClaims(leases: readonly Lease[]): HeldClaim[] {
  const claims = leases.flatMap(({ holder, claims: own }) => own.map((claim) => ({ ...claim, holder })));
  return claims.toSorted((one, other) => (one.path < other.path ? -1 : Number(one.path > other.path)));
}

export function claimsOf(leases: readonly Lease[], holder: Holder): readonly Claim[] {
  return leases.find((lease) => isSame(lease.holder, holder))?.claims ?? [];
}

function othersOf(leases: readonly Lease[], holder: Holder): Lease[] {
  return leases.filter((lease) => !isSame(lease.holder, holder));
}

function isSame(one: Holder, other: Holder): boolean {
  return keyOf(one) === keyOf(other);
}

/** Whether a path is another one or above it. */
function covers(path: string, other: string): boolean {
  return path === other || other.startsWith(path.endsWith('/') ? path : `${path}/`);
}
