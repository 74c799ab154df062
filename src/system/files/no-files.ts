import type { Files } from './files.js';

/** A disk on which nothing is, and to which nothing can be written: what a dry run on it begins with is what the caller puts there. */
export const noFiles: Files = {
  read: () => null,
  readInside: () => null,
  kind: () => null,
  list: () => [],
  entries: () => [],
  stat: () => null,
  realPath: (path) => path,
  linkTarget: () => '',
  modifiedAt: () => null,
  size: () => null,
  mode: () => null,
  canChange: () => true,
  makeFolder: refuse,
  writeNew: refuse,
  forceAll: refuse,
  writePrivate: refuse,
  append: refuse,
  hardLink: refuse,
  copy: refuse,
  overwrite: refuse,
  exchange: refuse,
  symlink: refuse,
  rename: refuse,
  remove: refuse,
  removeFolder: refuse,
  syncFolder: refuse,
};

function refuse(): never {
  throw new Error('nothing can be written here');
}
