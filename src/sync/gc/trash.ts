import { join } from 'node:path';
import { UserError } from '../../system/errors.js';
import { type SessionPaths, trashFolder } from '../../session/paths.js';
import type { Files } from '../../system/files/files.js';

/**
 * Removes a session for good. The caller holds its lock. The session dir is first moved to the trash as a whole, so another process sees
 * all of it or nothing, also after a crash. A crash leaves the rest of it in the trash. Throws `state-dir-unsafe` if the trash is a link,
 * because a link could lead anywhere, and the system's errors.
 */
export function removeSession(files: Files, stateDir: string, { id, root, openMark }: SessionPaths): void {
  const trash = trashFolder(stateDir);
  refuseLink(files, trash);
  files.makeFolder(trash);
  files.rename(root, join(trash, id));
  files.remove(openMark);
  files.removeFolder(join(trash, id));
}

/** The paths of what earlier removals left in the trash. */
export function leftInTrash(files: Files, stateDir: string): string[] {
  const trash = trashFolder(stateDir);
  return files.kind(trash) === 'folder' ? files.list(trash).map((name) => join(trash, name)) : [];
}

function refuseLink(files: Files, trash: string): void {
  if (files.kind(trash) === 'link') throw new UserError('state-dir-unsafe', `${trash} is a link`, 'remove it');
}
