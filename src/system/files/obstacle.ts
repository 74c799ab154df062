import { dirname } from 'node:path';
import type { Files } from './files.js';

/** The path that keeps a file from being created: a parent that is not a folder, or a target that is not a file; undefined if none does. */
export function findObstacle(files: Files, target: string): string | undefined {
  const kind = files.kind(target);
  if (kind === 'file') return undefined;
  if (kind !== null) return target;
  for (let folder = dirname(target); folder !== dirname(folder); folder = dirname(folder)) {
    const above = files.kind(files.realPath(folder));
    if (above === 'folder') return undefined;
    if (above !== null) return folder;
  }
  return undefined;
}
