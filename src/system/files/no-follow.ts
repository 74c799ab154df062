import { dirname, relative } from 'node:path';
import type { Files } from './files.js';

/**
 * The content of a plain file of a session; null for anything else. Never follows a link below `root`, because it may lead
 * anywhere. Throws `ELOOP` when a link is put there during the call.
 */
export function readNoFollow(files: Files, path: string, root = dirname(path)): Uint8Array | null {
  return files.kind(path) === 'file' && findLink(files, path, root) === undefined ? files.readInside(root, relative(root, path)) : null;
}

/** The first link on the way from `root` to a path, both included; undefined when there is none. */
export function findLink(files: Files, path: string, root: string): string | undefined {
  let link: string | undefined;
  for (let at = path; at.length >= root.length; at = dirname(at)) {
    if (files.kind(at) === 'link') link = at;
  }
  return link;
}
