import { basename, join } from 'node:path';
import { decodeText } from '../system/bytes.js';
import type { Layout } from '../config/layout.js';
import { resemblesSecret } from '../config/match.js';
import { sharedPath } from '../client/shared-dir.js';
import { reasonOf } from '../system/fs/fs-error.js';
import type { Files } from '../system/files/files.js';
import type { HookedSession } from './hooked-session.js';
import { memoryFile } from './shared-file.js';
import type { SharedFile } from '../sync/lost-updates/seen-change.js';
import type { Look, LookedAt } from './looks.js';

/** A file, by its real path. To find that out for each file takes most of the time of a look. */
type Place = readonly [target: string, file: SharedFile];

/** So much is looked at for one command: more files, bytes or milliseconds than that would keep its user waiting. */
const MOST_FILES = 5_000;
const MOST_BYTES = 32 * 1024 * 1024;
const MOST_MS = 200;

/** A larger file, in bytes, is nothing that people write. */
const LARGE_BYTES = 1024 * 1024;

/** Files that are written within so many milliseconds may have the same time. */
const TICK_MS = 50;

/** Programs keep their own in these, and write it without us. */
const FOREIGN = new Set(['.git', 'node_modules']);

/**
 * Looks at the text files that sessions take turns to write: at all that are overlaid, and at `named`. A file that is as `known` is not read
 * again. Where all would be too much, only at those that are named. Files that may hold secrets are left out. Reads only.
 */
export async function lookAround(files: Files, session: HookedSession, named: Iterable<Place>, known: ReadonlyMap<string, LookedAt>): Promise<Look> {
  const at = Date.now();
  const layout = await session.loadLayout();
  const lookAt = (found: Map<string, LookedAt>, [target, file]: Place): number => {
    if (found.has(target) || resemblesSecret(layout, basename(file.place))) return 0;
    const looked = lookAtFile(files, file, target, known.get(target));
    if (looked) found.set(target, looked);
    return looked?.content?.length ?? 0;
  };
  const those = new Map<string, LookedAt>();
  for (const place of named) lookAt(those, place);
  const all = new Map(those);
  const until = performance.now() + MOST_MS;
  let [count, bytes] = [0, 0];
  for (const place of overlaidFiles(files, session, layout)) {
    count += 1;
    bytes += lookAt(all, place);
    if (count > MOST_FILES || bytes > MOST_BYTES || performance.now() > until) return { at, files: those, isWhole: false };
  }
  return { at, files: all, isWhole: true };
}

/** Undefined where there is no file. */
function lookAtFile(files: Files, file: SharedFile, target: string, known: LookedAt | undefined): LookedAt | undefined {
  const stat = files.stat(target);
  if (stat?.kind !== 'file') return undefined;
  const { modifiedAt, size } = stat;
  const signature = `${modifiedAt} ${size}`;
  if (known?.signature === signature && known.readAt > modifiedAt + TICK_MS) return { ...known, ...file };
  const readAt = Date.now();
  const content = size > LARGE_BYTES ? null : unlessUnreadable(() => files.read(target), null);
  return { ...file, signature, readAt, content: content === null || decodeText(content) === null ? null : content };
}

function* overlaidFiles(files: Files, { manifest: { shared, memoryFolder, sync } }: HookedSession, { rows }: Layout): Generator<Place, void> {
  for (const { path, policy } of rows) {
    const configFile = (place: string): SharedFile => ({ place: join(path, place), target: sharedPath(shared, join(path, place)), memoryFolder: null });
    if (policy === 'overlay') yield* inside(files, files.realPath(sharedPath(shared, path)), configFile);
  }
  if (memoryFolder !== null && sync !== 'exit') yield* inside(files, files.realPath(memoryFolder), (place) => memoryFile(memoryFolder, place));
}

/** What cannot be read cannot be compared; the command runs all the same. Throws what is no error of the system. */
function unlessUnreadable<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch (error) {
    if (reasonOf(error) === undefined) throw error;
    return otherwise;
  }
}

type FileAt = (place: string) => SharedFile;

/** All files in and below a folder, or the file itself. Links in it are not followed: what they lead to is elsewhere. `root`: a real path. */
function* inside(files: Files, root: string, fileAt: FileAt): Generator<Place, void> {
  const kind = files.kind(root);
  if (kind === 'file') yield [root, fileAt('')];
  if (kind === 'folder') yield* inFolder(files, root, '', fileAt);
}

function* inFolder(files: Files, root: string, folder: string, fileAt: FileAt): Generator<Place, void> {
  for (const { name, kind } of unlessUnreadable(() => files.entries(join(root, folder)), [])) {
    if (FOREIGN.has(name)) continue;
    const place = join(folder, name);
    if (kind === 'file') yield [join(root, place), fileAt(place)];
    if (kind === 'folder') yield* inFolder(files, root, place, fileAt);
  }
}
