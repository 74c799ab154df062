import { type Claim, hasNoClaims, type HeldClaim, type Holder, keyOf, type ClaimList, withClaims } from './claim-store.js';

export type ClaimOutcome =
  /** The holder now has all paths. */
  | { readonly state: 'granted'; readonly claims: readonly HeldClaim[] }
  /** The holder has none of the paths. `inTheWay`: at least one claim of another holder. */
  | { readonly state: 'refused'; readonly inTheWay: readonly [HeldClaim, ...HeldClaim[]] };

/**
 * Claims paths, which are real paths, for a holder: all of them, or none if another live holder has claimed one of them, a path above or a
 * path below. Claiming a path again changes nothing. Throws the errors of `withClaims`. A crash leaves all claims or none.
 */
export async function claimPaths(stateDir: string, holder: Holder, paths: readonly string[]): Promise<ClaimOutcome> {
  return withClaims(stateDir, ({ lists, put }) => {
    const [first, ...more] = inTheWay(lists, holder, paths);
    if (first) return { state: 'refused', inTheWay: [first, ...more] };
    const list = granted(lists, holder, paths, Date.now());
    if (list.claims.length > claimsOf(lists, holder).length) put(list);
    return { state: 'granted', claims: heldClaims([list]).filter(({ path }) => paths.includes(path)) };
  });
}

/** Releases the claims on exactly these paths, all or none; with `force` also those of other holders. Throws the errors of `withClaims`. */
export async function releasePaths(stateDir: string, holder: Holder, paths: readonly string[], force: boolean): Promise<Release> {
  return withClaims(stateDir, ({ lists, put }) => {
    const outcome = released(lists, holder, paths, force);
    if (outcome.state === 'released') for (const list of outcome.lists) put(list);
    return outcome;
  });
}

/** Releases all claims of a holder, if there are any. */
export async function releaseAll(stateDir: string, holder: Holder): Promise<void> {
  await withClaims(stateDir, ({ put }) => put({ version: 1, holder, claims: [] }));
}

/** Returns the claims of all live holders, sorted by path. */
export async function listClaims(stateDir: string): Promise<HeldClaim[]> {
  return hasNoClaims(stateDir) ? [] : withClaims(stateDir, ({ lists }) => heldClaims(lists));
}

/** Returns the claims of other holders that exclude a claim on these paths: on the same path, on one above it, or on one below it. */
export function inTheWay(lists: readonly ClaimList[], holder: Holder, paths: readonly string[]): HeldClaim[] {
  return heldClaims(othersOf(lists, holder)).filter((claim) => paths.some((path) => covers(claim.path, path) || covers(path, claim.path)));
}

/** Returns the holder's claim list with these claims added. A path that is already claimed keeps its time. */
export function granted(lists: readonly ClaimList[], holder: Holder, paths: readonly string[], now: number): ClaimList {
  const claims = claimsOf(lists, holder);
  const added = [...new Set(paths)].filter((path) => !claims.some((claim) => claim.path === path));
  return { version: 1, holder, claims: [...claims, ...added.map((path) => ({ path, since: now }))] };
}

export type Release =
  /** The claim lists to write. A list without claims is to be removed. */
  | { readonly state: 'released'; readonly lists: readonly ClaimList[] }
  /** Another holder has the claim. */
  | { readonly state: 'refused'; readonly claim: HeldClaim }
  /** There is no claim on exactly this path. `covering`: a claim on a path above it. */
  | { readonly state: 'unclaimed'; readonly path: string; readonly covering: HeldClaim | undefined };

/** Releases the claims on these paths, all or none; with `force` also those of other holders. */
export function released(lists: readonly ClaimList[], holder: Holder, paths: readonly string[], force: boolean): Release {
  const claims = heldClaims(lists);
  for (const path of paths) {
    const held = claims.filter((claim) => claim.path === path);
    const [claim] = held;
    if (claim === undefined) return { state: 'unclaimed', path, covering: claims.find((each) => covers(each.path, path)) };
    if (!force && !held.some((each) => isSame(each.holder, holder))) return { state: 'refused', claim };
  }
  const open = force ? lists : lists.filter((list) => isSame(list.holder, holder));
  const changed = open.flatMap((list) => {
    const kept = list.claims.filter(({ path }) => !paths.includes(path));
    return kept.length === list.claims.length ? [] : [{ ...list, claims: kept }];
  });
  return { state: 'released', lists: changed };
}

/** Returns all claims, sorted by path. */
export function heldClaims(lists: readonly ClaimList[]): HeldClaim[] {
  const claims = lists.flatMap(({ holder, claims: own }) => own.map((claim) => ({ ...claim, holder })));
  return claims.toSorted((one, other) => (one.path < other.path ? -1 : Number(one.path > other.path)));
}

function claimsOf(lists: readonly ClaimList[], holder: Holder): readonly Claim[] {
  return lists.find((list) => isSame(list.holder, holder))?.claims ?? [];
}

function othersOf(lists: readonly ClaimList[], holder: Holder): ClaimList[] {
  return lists.filter((list) => !isSame(list.holder, holder));
}

function isSame(one: Holder, other: Holder): boolean {
  return keyOf(one) === keyOf(other);
}

/** Whether a path is the other one or above it. */
function covers(path: string, other: string): boolean {
  return path === other || other.startsWith(path.endsWith('/') ? path : `${path}/`);
}
