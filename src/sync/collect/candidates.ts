import { dirname } from 'node:path';
import { STATE_FILE } from '../../client/shared-dir.js';
import { driverFor } from '../../merge/driver-for.js';
import { detectLostUpdate } from '../../merge/lost-update.js';
import type { Session } from '../../session/session.js';
import { attempt } from '../../system/attempt.js';
import { sameBytes } from '../../system/content.js';
import { type Files, findLink, findObstacle, readNoFollow } from '../../system/files/files.js';
import { giveWay } from '../apply/base.js';
import { conflictPolicy } from '../apply/conflict-copy.js';
import type { Change, MergeCandidate, MergePolicy } from '../change.js';
import { versionsIn } from '../log/replaced.js';
import { isLarge, moveLarge, notCarried, oddlyNamed, oddNames } from '../unmergeable.js';
import type { Changes } from './changes.js';
import { acceptedDeletions, countFiles, type Difference, homeTree, type Tree } from './differences.js';
import { translateLink } from './home-paths.js';

/**
 * The merge candidates of one name at the top of a home. A file that only this session has will be copied as it is. Links are made in the
 * shared dir, and large files moved there, at once.
 */
export function candidatesOf(
  files: Files,
  session: Session,
  { folders, isHomeComplete }: Pick<Changes, 'folders' | 'isHomeComplete'>,
  name: string,
): PromiseSettledResult<MergeCandidate>[] {
  const { layout, paths, manifest } = session;
  const tree = homeTree(session, name);
  const { ours, base, target } = tree;
  const conflict = conflictPolicy(layout, name, { id: paths.id, branch: manifest.branch });
  const policy: MergePolicy = { drivers: layout.drivers, conflict };
  const kind = files.kind(ours);
  if (kind === 'folder')
    return acceptedDeletions(candidatesIn(files, tree, policy, folders.get(name) ?? []), countFiles(files, base), isHomeComplete);
  if (kind === null && oddNames(files, paths.home, [name]).length > 0) return [{ status: 'rejected', reason: oddlyNamed(name, ours) }];
  if (kind === 'link' || isLarge(files, ours)) {
    const moved = attempt(() =>
      kind === 'link' ? copyLink(files, tree, paths.homeBase, (leadsTo) => translateLink(files, session, leadsTo)) : moveLarge(files, tree),
    );
    return moved.status === 'rejected' ? [moved] : [];
  }
  const current: Change = { place: name, target, base: readNoFollow(files, base), ours: readNoFollow(files, ours) };
  const change = { ...current, base: baseOf(files, session, ours, current) };
  return change.ours === null
    ? []
    : [{ status: 'fulfilled', value: { change, policy, base: { path: base, root: paths.homeBase }, memoryFolder: null } }];
}

/**
 * The version that the session started from. Changes of other sessions come into the home while the client runs: a client that reads a
 * file before that, and writes it afterwards, has not removed them.
 */
function baseOf(files: Files, { paths, layout }: Session, path: string, { place, base, ours }: Change): Uint8Array | null {
  if (base === null || ours === null || place === STATE_FILE || sameBytes(base, ours)) return base;
  return detectLostUpdate([...versionsIn(files, paths.replaced, path), base], ours, driverFor(layout.drivers, place, ours))?.base ?? base;
}

/** The folders that hold the versions of a session. No link below them is followed. */
interface Roots {
  readonly ours: string;
  readonly base: string;
}

/**
 * The merge candidates among the differences that were found in a folder of a session; each file is taken as it is now. A removed one will
 * be removed from the shared folder unless another session has changed it meanwhile. Links are made in the shared dir, and large files moved
 * there, at once. A link is never followed: a link in the base says nothing about the files behind it, which belong to others. A link or
 * large file for which this fails is rejected with `not-carried` or `too-large`.
 */
export function candidatesIn(
  files: Files,
  tree: Tree,
  policy: MergePolicy,
  differences: Iterable<Difference>,
): PromiseSettledResult<MergeCandidate>[] {
  const roots: Roots = { ours: dirname(tree.ours), base: dirname(tree.base) };
  return [...differences].flatMap((difference): PromiseSettledResult<MergeCandidate>[] => {
    const found = attempt(() => candidateFor(files, difference, policy, roots));
    if (found.status === 'rejected') return [found];
    return found.value ? [{ status: 'fulfilled', value: found.value }] : [];
  });
}

function candidateFor(files: Files, difference: Difference, policy: MergePolicy, roots: Roots): MergeCandidate | undefined {
  if (difference.kind === 'failed') throw difference.error;
  const { kind, entry } = difference;
  if (kind === 'odd-name') throw oddlyNamed(entry.place, entry.ours);
  // A link has replaced a folder above it since it was found: what is behind the link is not the session's.
  if (findLink(files, dirname(entry.ours), roots.ours) !== undefined) return undefined;
  if (kind === 'link') copyLink(files, entry, roots.base);
  else if (files.kind(entry.ours) === 'file' && isLarge(files, entry.ours)) moveLargeWithBase(files, entry, roots);
  else return fileCandidate(files, entry, policy, roots);
  return undefined;
}

function fileCandidate(files: Files, { place, ours, base, target }: Tree, policy: MergePolicy, roots: Roots): MergeCandidate | undefined {
  const change = { place, target, base: readNoFollow(files, base, roots.base), ours: readNoFollow(files, ours, roots.ours) };
  if (sameBytes(change.base, change.ours)) return undefined;
  // A link has replaced the file, or its folder, meanwhile: the session has not removed the file.
  if (change.ours === null && (files.kind(ours) !== null || findLink(files, ours, roots.ours) !== undefined)) return undefined;
  const mode = files.mode(ours);
  return { change: mode === null ? change : { ...change, mode }, policy, base: { path: base, root: roots.base }, memoryFolder: null };
}

/** Moves a large file. The link that replaces it goes into the base as well, so that it does not count as a change of the session. */
function moveLargeWithBase(files: Files, entry: Tree, roots: Roots): void {
  moveLarge(files, entry);
  if (files.kind(entry.base) !== null || findLink(files, entry.base, roots.base) !== undefined) return;
  files.makeFolder(dirname(entry.base));
  files.symlink(entry.target, entry.base);
}

/**
 * Makes a session's link in the shared dir as well, and notes in the base that this is done. Throws `not-carried` when something else has
 * that name or is in the way. `translate`: where the link leads for other sessions. A crash leaves this to be done again.
 */
export function copyLink(
  files: Files,
  { place, ours, base, target }: Tree,
  baseRoot: string,
  translate = (leadsTo: string): string => leadsTo,
): void {
  if (files.kind(ours) !== 'link') return;
  const leadsTo = files.linkTarget(ours);
  const translated = translate(leadsTo);
  const shared = files.kind(target) === 'link' ? files.linkTarget(target) : null;
  if (shared !== translated) {
    // The shared link is the one that the session started from.
    if (shared !== null && findLink(files, base, baseRoot) === base && files.linkTarget(base) === shared) files.remove(target);
    if (findObstacle(files, target) !== undefined || files.kind(target) !== null)
      throw notCarried(`${place} is a link in the session, and something else in the shared dir`, ours);
    files.makeFolder(dirname(target));
    files.symlink(translated, target);
  }
  giveWay(files, { path: base, root: baseRoot });
  if (files.kind(base) === 'folder') files.removeFolder(base);
  files.remove(base);
  files.makeFolder(dirname(base));
  files.symlink(leadsTo, base);
}
