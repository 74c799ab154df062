import { join } from 'node:path';
import { UserError } from '../../system/errors.js';
import { type SessionPaths, trashFolder } from '../../session/paths.js';
import type { Files } from '../../system/files/files.js';

/**
 * Removes a session for good; the caller holds its lock. It is moved aside first, as a whole: whoever looks meanwhile, or
 * after a crash, sees all of it or nothing. What a crash leaves is in the trash. Throws `state-dir-unsafe` where the trash
 * is a link, since that may lead anywhere, and the system's errors.
 */
export function removeSession(files: Files, stateDir: string, { id, root, openMark }: SessionPaths): void {
  const trash = trashFolder(stateDir);
  refuseLink(files, trash);
  files.makeFolder(trash);
  files.rename(root, join(trash, id));
  files.remove(openMark);
  files.removeFolder(join(trash, id));
}

/** What earlier removals have left there, by their paths. */
export function leftInTrash(files: Files, stateDir: string): string[] {
  const trash = trashFolder(stateDir);
  return files.kind(trash) === 'folder' ? files.list(trash).map((name) => join(trash, name)) : [];
}

function refuseLink(files: Files, trash: string): void {
  if (files.kind(trash) === 'link') throw new UserError('state-dir-unsafe', `${trash} is a link`, 'remove it');
}
