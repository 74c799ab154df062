import { dirname, relative } from 'node:path';

export type EntryKind = 'file' | 'folder' | 'link' | 'other';

/** A name in a folder. */
export interface FolderEntry {
  readonly name: string;
  readonly kind: EntryKind;
}

export interface Stat {
  readonly kind: EntryKind;
  /** In milliseconds since the epoch. */
  readonly modifiedAt: number;
  /** In bytes. */
  readonly size: number;
}

/**
 * All that a sync may do to files. It is one small interface, so that a test can count calls, or fail or kill the process at any
 * call. Every method throws the system's error, except in the cases for which it documents a return value.
 */
export interface Files {
  /**
   * The whole content; null when there is no such file. Throws `EFBIG` when the file is too large, and `EFTYPE` for a pipe, socket or
   * device, which it does not open.
   */
  read(path: string): Uint8Array | null;
  /**
   * The content of a plain file at the relative path `place` in one of a session's own folders; null when nothing is there. Throws
   * `ELOOP` when the file, the folder or a folder between them is a link, even one that was put there a moment ago: it may lead anywhere.
   */
  readInside(folder: string, place: string): Uint8Array | null;
  /** Does not follow a link; null when nothing is there. */
  kind(path: string): EntryKind | null;
  /** The names in a folder; none when it is missing. */
  list(folder: string): string[];
  /** The names in a folder with their kinds. For thousands of files it takes half the time of `list` and `kind`. */
  entries(folder: string): FolderEntry[];
  /** Does not follow a link; null when nothing is there. */
  stat(path: string): Stat | null;
  /** The path with all links resolved; the path itself when nothing is there, or when a link leads back to itself. */
  realPath(path: string): string;
  linkTarget(path: string): string;
  /** When a file was last written, in milliseconds since the epoch; null when there is no such file. */
  modifiedAt(path: string): number | null;
  /** In bytes; null when there is no such file. */
  size(path: string): number | null;
  /** Permission bits; null when there is no such file. */
  mode(path: string): number | null;
  /**
   * For a folder: whether this process may create and replace names in it. For a file: whether its disk can be written; a file that is
   * only protected by its permission bits can be replaced. True when nothing is there.
   */
  canChange(path: string): boolean;
  makeFolder(folder: string): void;
  /** Creates a new file, which is on the disk only after `forceAll`. Throws `EEXIST` when the name is taken. */
  writeNew(path: string, content: Uint8Array, mode: number): void;
  /** Forces the content of all these files to the disk, concurrently. */
  forceAll(paths: readonly string[]): Promise<void>;
  /**
   * Replaces or creates one of a session's own files (0600), with the folders above it. The write is atomic. It is not forced to the
   * disk: after a power cut an older version is as good, and the client does not force its writes either.
   */
  writePrivate(path: string, content: Uint8Array): void;
  /** Appends to one of a session's own files. A missing file (0600) and the folders above it are made. */
  append(path: string, content: string): void;
  /** Gives a file a second name. Throws `EEXIST` when the name is taken. */
  hardLink(path: string, name: string): void;
  /** Copies content and permission bits to a new file, and forces it to the disk. Throws `EEXIST` when the name is taken. */
  copy(path: string, name: string): void;
  /**
   * Writes into a file in place, for a file that cannot be replaced, and forces it to the disk. Returns false, and writes nothing, when
   * the file no longer contains `before`. A failure puts the old content back, as far as it can. A crash may leave the file half written.
   */
  overwrite(path: string, before: Uint8Array, after: Uint8Array): boolean;
  /** Exchanges two files of one folder, see `exchange`. Throws `ENOENT` when one is missing. */
  exchange(other: string, path: string): void;
  symlink(target: string, path: string): void;
  rename(from: string, to: string): void;
  /** Removes a file or a link. Does nothing when the path does not exist. */
  remove(path: string): void;
  /**
   * Removes one of pclaude's own folders with all its content. Links in it are removed, not followed. Does nothing when the parent
   * folder is a link, because nothing behind that link belongs to pclaude.
   */
  removeFolder(folder: string): void;
  /** Forces the renames in a folder to the disk. */
  syncFolder(folder: string): void;
}

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
