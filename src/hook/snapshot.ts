import { basename, join } from 'node:path';
import { sharedPath } from '../client/shared-dir.js';
import { type Layout, resemblesSecret } from '../config/layout.js';
import type { SharedFile } from '../sync/lost-updates/seen-change.js';
import { decodeText } from '../system/content.js';
import type { Files } from '../system/files/files.js';
import { reasonOf } from '../system/fs/fs-error.js';
import { memoryFile } from './classify-path.js';
import type { HookedSession, Snapshot, SnapshotFile } from './hooked-session.js';

/** A file and its real path. Resolving the real path of each file would take most of the time of a snapshot. */
type FileAtPath = readonly [target: string, file: SharedFile];

/** The limits of one snapshot: more files, bytes or milliseconds would keep the user waiting for the command. */
const MOST_FILES = 5_000;
const MOST_BYTES = 32 * 1024 * 1024;
const MOST_MS = 200;

/** A file larger than this, in bytes, is unlikely to be written by people. */
const MOST_TEXT_BYTES = 1024 * 1024;

/** Two writes within so many milliseconds may leave the same modification time. */
const TICK_MS = 50;

/** Folders in which programs keep their own files, which they write without turns. */
const FOREIGN = new Set(['.git', 'node_modules']);

/**
 * Reads the text files that sessions take turns to write: all with the policy `overlay`, the memory folder, and `named`. A file whose
 * signature is in `known` is not read again. If all files together exceed a limit, the snapshot covers only `named`. Files that may contain
 * secrets are left out, by their own name and by that of a link to them. Changes nothing.
 */
export async function takeSnapshot(
  files: Files,
  session: HookedSession,
  named: Iterable<FileAtPath>,
  known: ReadonlyMap<string, SnapshotFile>,
): Promise<Snapshot> {
  const at = Date.now();
  const layout = await session.loadLayout();
  const add = (found: Map<string, SnapshotFile>, [target, file]: FileAtPath): number => {
    // A link may have any name.
    const isSecret = [file.place, target].some((path) => resemblesSecret(layout, basename(path)));
    if (found.has(target) || isSecret) return 0;
    const read = readIfChanged(files, file, target, known.get(target));
    if (read) found.set(target, read);
    return read?.content?.length ?? 0;
  };
  const ofNamed = new Map<string, SnapshotFile>();
  for (const path of named) add(ofNamed, path);
  const all = new Map(ofNamed);
  const until = performance.now() + MOST_MS;
  let [count, bytes] = [0, 0];
  for (const path of overlaidFiles(files, session, layout)) {
    count += 1;
    bytes += add(all, path);
    if (count > MOST_FILES || bytes > MOST_BYTES || performance.now() > until) return { at, files: ofNamed, isWhole: false };
  }
  return { at, files: all, isWhole: true };
}

/** Returns undefined when the path is not a file. */
function readIfChanged(files: Files, file: SharedFile, target: string, known: SnapshotFile | undefined): SnapshotFile | undefined {
  const stat = files.stat(target);
  if (stat?.kind !== 'file') return undefined;
  const { modifiedAt, size } = stat;
  const signature = `${modifiedAt} ${size}`;
  if (known?.signature === signature && known.readAt > modifiedAt + TICK_MS) return { ...known, ...file };
  const readAt = Date.now();
  const content = size > MOST_TEXT_BYTES ? null : unlessUnreadable(() => files.read(target), null);
  return { ...file, signature, readAt, content: content === null || decodeText(content) === null ? null : content };
}

function* overlaidFiles(
  files: Files,
  { manifest: { shared, memoryFolder, sync } }: HookedSession,
  { rows }: Layout,
): Generator<FileAtPath, void> {
  for (const { path, policy } of rows) {
    const fileOfRow = (inRow: string): SharedFile => ({
      place: join(path, inRow),
      target: sharedPath(shared, join(path, inRow)),
      memoryFolder: null,
    });
    if (policy === 'overlay') yield* inside(files, files.realPath(sharedPath(shared, path)), fileOfRow);
  }
  if (memoryFolder !== null && sync !== 'exit')
    yield* inside(files, files.realPath(memoryFolder), (path) => memoryFile(memoryFolder, path));
}

/**
 * Returns `otherwise` for a file that cannot be read: it cannot be compared, and the command runs all the same. Throws any error that is
 * not a system error.
 */
function unlessUnreadable<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch (error) {
    if (reasonOf(error) === undefined) throw error;
    return otherwise;
  }
}

/** The file at a path in the folder. */
type FileAt = (path: string) => SharedFile;

/**
 * Yields all files in and below a folder, or the file itself. Does not follow links in the folder, because their targets are outside it.
 * `root` is a real path.
 */
function* inside(files: Files, root: string, fileAt: FileAt): Generator<FileAtPath, void> {
  const kind = files.kind(root);
  if (kind === 'file') yield [root, fileAt('')];
  if (kind === 'folder') yield* inFolder(files, root, '', fileAt);
}

function* inFolder(files: Files, root: string, folder: string, fileAt: FileAt): Generator<FileAtPath, void> {
  for (const { name, kind } of unlessUnreadable(() => files.entries(join(root, folder)), [])) {
    if (FOREIGN.has(name)) continue;
    const path = join(folder, name);
    if (kind === 'file') yield [join(root, path), fileAt(path)];
    if (kind === 'folder') yield* inFolder(files, root, path, fileAt);
  }
}
