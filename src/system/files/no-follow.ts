import { dirname, relative } from 'node:path';
import type { Files } from './files.js';

/**
 * The content of a plain file of a session; null for anything else. A link in `root` is never followed: it may lead
 * anywhere. One that is put there while we look is an error.
 */
export function readNoFollow(files: Files, path: string, root = dirname(path)): Uint8Array | null {
  return files.kind(path) === 'file' && findLink(files, path, root) === undefined ? files.readInside(root, relative(root, path)) : null;
}

/** The first link on the way from `root` to a path, both included. */
export function findLink(files: Files, path: string, root: string): string | undefined {
  let link: string | undefined;
  for (let at = path; at.length >= root.length; at = dirname(at)) {
    if (files.kind(at) === 'link') link = at;
  }
  return link;
}
