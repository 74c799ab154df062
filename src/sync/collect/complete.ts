import { join } from 'node:path';
import { namedRows, namedRule } from '../../config/match.js';
import type { Session } from '../../session/session.js';
import type { Files } from '../../system/files/files.js';
import type { MergeCandidate } from '../candidate.js';

/**
 * Whether the session itself may have removed what is missing in its home: all that a launch makes and a session never removes is there.
 * Only a removal of the whole session takes these files, such as that by a cleaner of old files, which removes the oldest, and so these,
 * first.
 */
export function isHomeComplete(files: Files, { paths, layout }: Pick<Session, 'paths' | 'layout'>): boolean {
  const placed = [paths.alive, paths.settings, paths.manifest, ...linkedFolders(layout).map((name) => join(paths.home, name))];
  return placed.every((path) => files.kind(path) !== null) && files.kind(paths.homeBase) === 'folder';
}

function linkedFolders(layout: Session['layout']): string[] {
  return namedRows(layout).filter((name) => {
    const rule = namedRule(layout, name);
    return (rule?.policy === 'link' || rule?.policy === 'overlay') && rule.kind === 'folder';
  });
}

/** This many files of a folder may be removed at once, whatever its size. */
const FEW = 3;

/**
 * The changes to merge in a folder that had `before` files. Its removals are among them unless the home is incomplete (`intact` is false)
 * or most of the files were removed at once; the shared dir then keeps the files.
 */
export function acceptedDeletions(
  items: readonly PromiseSettledResult<MergeCandidate>[],
  before: number,
  intact: boolean,
): PromiseSettledResult<MergeCandidate>[] {
  return isBelieved(items.filter(isRemoval).length, before, intact) ? [...items] : items.filter((item) => !isRemoval(item));
}

/** Whether this many removals in a folder count as made on purpose. */
export function isBelieved(removed: number, before: number, intact: boolean): boolean {
  return intact && removed <= Math.max(FEW, before / 2);
}

function isRemoval(item: PromiseSettledResult<MergeCandidate>): boolean {
  return item.status === 'fulfilled' && item.value.change.ours === null;
}
