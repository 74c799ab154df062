import { dirname, join } from 'node:path';
import { sameBytes } from '../../system/bytes.js';
import { giveWay } from '../apply/base.js';
import { type Difference, differencesIn, type Tree } from './differences.js';
import { findLink, readNoFollow } from '../../system/files/no-follow.js';
import type { MergeCandidate } from '../candidate.js';
import type { Files } from '../../system/files/files.js';
import { copyLarge } from '../large.js';
import { notCarried, oddlyNamed } from '../left-behind.js';
import { findObstacle } from '../../system/files/obstacle.js';
import type { MergePolicy } from '../change.js';
import { attempt } from '../../system/attempt.js';

/** The folders in which the versions of a session are: nothing below them is a link that we follow. */
interface Roots {
  readonly ours: string;
  readonly base: string;
}

/**
 * What there is to merge in a folder of a session: the files that it changed. One that it removed is among them: it will be
 * removed from the shared folder when nobody has changed it since. Links and large files are carried at once. Links are carried as links, and never
 * followed: a link in the base says nothing of the files behind it, which are other people's. What cannot be carried is `not-carried` or `too-large`.
 */
export function candidatesIn(files: Files, tree: Tree, policy: MergePolicy): PromiseSettledResult<MergeCandidate>[] {
  const roots: Roots = { ours: dirname(tree.ours), base: dirname(tree.base) };
  return [...differencesIn(files, tree)].flatMap((difference): PromiseSettledResult<MergeCandidate>[] => {
    const found = attempt(() => itemFor(files, difference, policy, roots));
    if (found.status === 'rejected') return [found];
    return found.value ? [{ status: 'fulfilled', value: found.value }] : [];
  });
}

function itemFor(files: Files, difference: Difference, policy: MergePolicy, roots: Roots): MergeCandidate | undefined {
  if (difference.kind === 'failed') throw difference.error;
  const { kind, entry } = difference;
  if (kind === 'odd-name') throw oddlyNamed(entry.place, entry.ours);
  if (kind === 'link') copyLink(files, entry, roots.base);
  else if (kind === 'large') carryWithBase(files, entry, roots);
  else return itemOf(files, entry, policy, roots);
  return undefined;
}

function itemOf(files: Files, { place, ours, base, target }: Tree, policy: MergePolicy, roots: Roots): MergeCandidate | undefined {
  const change = { place, target, base: readNoFollow(files, base, roots.base), ours: readNoFollow(files, ours, roots.ours) };
  if (sameBytes(change.base, change.ours)) return undefined;
  // A link has taken its place, or that of its folder, while we looked: the session has not removed it.
  if (change.ours === null && (files.kind(ours) !== null || findLink(files, ours, roots.ours) !== undefined)) return undefined;
  const mode = files.mode(ours);
  return { change: mode === null ? change : { ...change, mode }, policy, base: { path: base, root: roots.base }, memoryFolder: null };
}

/** The link that is left in the place of a large file is no change of the session's. */
function carryWithBase(files: Files, entry: Tree, roots: Roots): void {
  copyLarge(files, entry);
  if (files.kind(entry.base) !== null || findLink(files, entry.base, roots.base) !== undefined) return;
  files.makeFolder(dirname(entry.base));
  files.symlink(entry.target, entry.base);
}

/** How many plain files are in a folder and those below it. */
export function countFiles(files: Files, folder: string): number {
  if (files.kind(folder) !== 'folder') return 0;
  return files.entries(folder).reduce((count, { name, kind }) => count + (kind === 'folder' ? countFiles(files, join(folder, name)) : Number(kind === 'file')), 0);
}

/**
 * Makes a session's link in the shared dir, too, and notes in the base that this was done. Throws `not-carried` when something else of that name,
 * or in its way, is there. `translate`: where it leads for others. A crash leaves this to be done again.
 */
export function copyLink(files: Files, { place, ours, base, target }: Tree, baseRoot: string, translate = (leadsTo: string): string => leadsTo): void {
  if (files.kind(ours) !== 'link') return;
  const leadsTo = files.linkTarget(ours);
  const carried = translate(leadsTo);
  const shared = files.kind(target) === 'link' ? files.linkTarget(target) : null;
  if (shared !== carried) {
    // It is what the session started from.
    if (shared !== null && findLink(files, base, baseRoot) === base && files.linkTarget(base) === shared) files.remove(target);
    if (findObstacle(files, target) !== undefined || files.kind(target) !== null) throw notCarried(`${place} is a link in the session, and something else in the shared dir`, ours);
    files.makeFolder(dirname(target));
    files.symlink(carried, target);
  }
  giveWay(files, { path: base, root: baseRoot });
  if (files.kind(base) === 'folder') files.removeFolder(base);
  files.remove(base);
  files.makeFolder(dirname(base));
  files.symlink(leadsTo, base);
}
