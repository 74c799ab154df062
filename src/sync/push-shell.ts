import { join } from 'node:path';
import { recentVersions } from '../log/recent.js';
import { driverFor } from '../merge/driver.js';
import { staleOf } from '../merge/stale.js';
import { fulfilled, throwFirst } from '../platform/settled.js';
import { pushAll } from './batch.js';
import type { Change, ConflictPolicy } from './change.js';
import { keepingCopy } from './conflict-policy.js';
import type { Files } from './files.js';
import type { Item } from './item.js';
import type { Merger } from './merger.js';
import { callRoot, type Overlaid, overlaidName } from './overlaid.js';
import { findLink } from './plain.js';
import { READ_MS } from './past.js';
import type { FileResult } from './report.js';
import { itemsIn } from './tree.js';

/**
 * Merges what a shell command has made of its private copies into the shared files: changed, made and removed ones, links and
 * folders. `removals`: whether what is missing among the copies was removed by the command; right after it, that is so. The
 * caller holds the lock of the shared dir. Run again, also after a crash, it changes nothing more.
 */
export async function pushShell(files: Files, merger: Merger, tree: Overlaid, call: string, { removals }: { readonly removals: boolean }): Promise<FileResult[]> {
  const [root, base] = [callRoot(tree, call), join(tree.bases, call)];
  // A link in place of one of the folders might lead anywhere.
  if (findLink(files, root, tree.root) !== undefined || findLink(files, base, tree.root) !== undefined) return [];
  const shape = { place: overlaidName(tree, ''), ours: root, base, target: tree.folder };
  const found = itemsIn(files, shape, { drivers: merger.drivers, conflict: keepingCopy(tree.session) });
  throwFirst(found);
  const items = fulfilled(found).filter(({ change }) => removals || change.ours !== null);
  const results = await pushAll(files, merger, items.map((item) => itemFor(files, merger, tree, item)));
  throwFirst(results);
  carryFolders(files, { root, base, shared: tree.folder, removals }, '');
  return fulfilled(results);
}

function itemFor(files: Files, merger: Merger, tree: Overlaid, { change, policy, base }: Item): Item {
  const conflict: ConflictPolicy = merger.log.isSecret(change.target) ? { keep: 'session' } : policy.conflict;
  return { change: { ...change, base: readBy(files, merger, change) }, policy: { ...policy, conflict }, base, memoryFolder: tree.kind === 'memory' ? tree.folder : null };
}

/**
 * What a model had read who has written a whole file: perhaps an older version than the one that was there. It has not
 * removed what it never saw.
 */
function readBy(files: Files, { log, drivers }: Merger, { place, target, base, ours }: Change): Uint8Array | null {
  if (base === null || ours === null) return base;
  const past = recentVersions(files, log.folder, files.realPath(target), Date.now() - READ_MS);
  return staleOf([...past, base], ours, driverFor(drivers, place, ours))?.base ?? base;
}

interface Folders {
  readonly root: string;
  readonly base: string;
  readonly shared: string;
  readonly removals: boolean;
}

/** Makes the folders that the command has made, and removes those that it has removed, where nobody has put anything in them. */
function carryFolders(files: Files, folders: Folders, place: string): void {
  const { root, base, shared, removals } = folders;
  const names = new Set([root, base].flatMap((top) => files.list(join(top, place))));
  for (const name of names) {
    const inside = join(place, name);
    const [ours, before] = [root, base].map((top) => files.kind(join(top, inside)));
    if (ours !== 'folder' && before !== 'folder') continue;
    const path = join(shared, inside);
    if (ours === 'folder' && before === null && files.kind(path) === null) files.makeFolder(path);
    carryFolders(files, folders, inside);
    if (removals && ours === null && before === 'folder' && files.kind(path) === 'folder') files.removeEmptyFolder(path);
  }
}
