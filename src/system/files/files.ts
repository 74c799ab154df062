export type EntryKind = 'file' | 'folder' | 'link' | 'other';

interface Entry {
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
 * All that a sync may do to files. One small interface, so that a test can count, fail or kill it at any call.
 * Every method throws the system's error, save for what it says it returns.
 */
export interface Files {
  /** The whole content; null when there is no such file. `EFBIG` for one that is too large, `EFTYPE` for a pipe, socket or device, unopened. */
  read(path: string): Uint8Array | null;
  /**
   * The content of a plain file at `place` in a folder of a session's own; null when nothing is there. `ELOOP` for a link,
   * be it the file, the folder or one between them, and also when it was put there a moment ago: it may lead anywhere.
   */
  readInside(folder: string, place: string): Uint8Array | null;
  /** Does not follow a link; null when nothing is there. */
  kind(path: string): EntryKind | null;
  /** The names in a folder; none when it is missing. */
  list(folder: string): string[];
  /** The same with what each of them is. Of thousands of files that takes half the time of `list` and `kind`. */
  entries(folder: string): Entry[];
  /** Does not follow a link; null when nothing is there. */
  stat(path: string): Stat | null;
  /** The path with all links resolved; the path itself when nothing is there, or a link that leads back to itself. */
  realPath(path: string): string;
  linkTarget(path: string): string;
  /** When a file was last written, in milliseconds since the epoch; null when there is no such file. */
  modifiedAt(path: string): number | null;
  /** In bytes; null when there is no such file. */
  size(path: string): number | null;
  /** Permission bits; null when there is no such file. */
  mode(path: string): number | null;
  /**
   * Whether this process may make and replace names in a folder, and of a file whether its disk lets it be written: a file that is only
   * closed by its permission bits can be replaced. True when nothing is there.
   */
  canChange(path: string): boolean;
  makeFolder(folder: string): void;
  /** Makes a new file; it is on the disk only after `forceAll`. `EEXIST` when the name is taken. */
  writeNew(path: string, content: Uint8Array, mode: number): void;
  /** Puts the content of files on the disk, of all of them at once. */
  forceAll(paths: readonly string[]): Promise<void>;
  /**
   * Replaces or makes a file of a session's own, with the folders above it; atomic, 0600. Not forced to the disk: after a
   * power cut an older version is as good, and the client does not wait for it either.
   */
  writePrivate(path: string, content: Uint8Array): void;
  /** Adds to the end of a file of a session's own, which is made where it is missing, 0600, with the folders above it. */
  append(path: string, content: string): void;
  /** A second name for a file; `EEXIST` when the name is taken. */
  hardLink(path: string, name: string): void;
  /** Makes a new file with the content and permission bits of another, and puts it on the disk; `EEXIST` when the name is taken. */
  copy(path: string, name: string): void;
  /**
   * Writes into a file in its place, where nothing may take that, and puts it on the disk. False, and nothing is written, when the file
   * no longer holds `before`. A failure puts the old content back, as far as it can; a crash may leave the file half written.
   */
  overwrite(path: string, before: Uint8Array, after: Uint8Array): boolean;
  /** Two files of one folder change places, see `exchange`; `ENOENT` when one is missing. */
  exchange(other: string, path: string): void;
  symlink(target: string, path: string): void;
  rename(from: string, to: string): void;
  /** Removes a file or a link; nothing there is no error. */
  remove(path: string): void;
  /**
   * Removes a folder of our own with all that is in it; links in it are removed, not followed. In a folder that is a link
   * nothing is ours, and nothing is removed.
   */
  removeFolder(folder: string): void;
  /** Removes a folder, anybody's, in which nothing is; one that has something in it stays. */
  removeEmptyFolder(folder: string): void;
  /** Puts the renames in a folder on the disk. */
  syncFolder(folder: string): void;
}
