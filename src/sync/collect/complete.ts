import { join } from 'node:path';
import { namedRows, namedRule } from '../../config/match.js';
import type { Session } from '../../session/session.js';
import type { Files } from '../../system/files/files.js';
import type { MergeCandidate } from '../candidate.js';

/**
 * Whether what is missing in a session's home may have been removed by the session: everything is there that a launch puts
 * there and that nobody removes but whoever removes all, such as a cleaner of old files. The oldest of these go first.
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

/** So many files of a folder may go at once, whatever its size. */
const FEW = 3;

/**
 * What is believed of the changes in a folder that had `before` files: that some were removed from it, but not the most of
 * them at once. Those that are not believed stay as they are in the shared dir.
 */
export function acceptedDeletions(items: readonly PromiseSettledResult<MergeCandidate>[], before: number, intact: boolean): PromiseSettledResult<MergeCandidate>[] {
  return isBelieved(items.filter(isRemoval).length, before, intact) ? [...items] : items.filter((item) => !isRemoval(item));
}

/** Whether so many removals in a folder are one that somebody has made on purpose. */
export function isBelieved(removed: number, before: number, intact: boolean): boolean {
  return intact && removed <= Math.max(FEW, before / 2);
}

function isRemoval(item: PromiseSettledResult<MergeCandidate>): boolean {
  return item.status === 'fulfilled' && item.value.change.ours === null;
}
