import { join } from 'node:path';
import { sameBytes } from '../merge/bytes.js';
import { fulfilled, throwFirst } from '../platform/settled.js';
import { pushAll } from './batch.js';
import { forgetCall, placeOf, shellState } from './calls.js';
import { keepingCopy } from './conflict-policy.js';
import type { Files } from './files.js';
import type { Item } from './item.js';
import type { Merger } from './merger.js';
import { callRoot, type Overlaid, overlaidName } from './overlaid.js';
import { findLink } from './plain.js';
import { pushShell } from './push-shell.js';
import type { FileResult } from './report.js';
import { resumeIfNeeded } from './resume-if-needed.js';
import { lastSeen, remember } from './seen.js';

/**
 * Merges what tool calls have written to private copies into the shared folder: what came of each call. One after the
 * other, since two may have written the same file. The caller holds the lock of the shared dir. Calls that wrote nothing
 * are left alone; those that are merged are removed, so that running it again, also after a crash, changes nothing more.
 */
export async function pushCalls(files: Files, merger: Merger, tree: Overlaid, calls: readonly string[]): Promise<PromiseSettledResult<FileResult[]>[]> {
  const results: PromiseSettledResult<FileResult[]>[] = [];
  for (const call of calls) results.push(...(await Promise.allSettled([pushCall(files, merger, tree, call)])));
  return results;
}

async function pushCall(files: Files, merger: Merger, tree: Overlaid, call: string): Promise<FileResult[]> {
  // The call before may have failed at its very end.
  await resumeIfNeeded(files, merger);
  // Who ended it, and when, is not known here: what is missing it has perhaps not removed.
  const shell = shellState(files, tree, call);
  if (shell) {
    const merged = await pushShell(files, merger, tree, call, { removals: false });
    if (shell === 'foreground') forgetCall(files, tree, call);
    return merged;
  }
  const root = callRoot(tree, call);
  // A link in place of one of the folders might lead anywhere.
  const present = findLink(files, root, tree.root) === undefined ? filesBelow(files, root) : [];
  const place = placeOf(files, tree, call);
  const versions = present.filter((other) => place === undefined || other === place).map((each) => versionsOf(files, tree, call, each));
  const changed = versions.flatMap((version) => (version.ours === null || sameBytes(version.ours, version.base) ? [] : { ...version, ours: version.ours }));
  const results = await pushAll(files, merger, changed.map((version) => itemFor(merger, tree, version)));
  throwFirst(results);
  for (const version of changed) rememberWrite(files, tree, version);
  // One that has written nothing yet may still do so.
  if (changed.length > 0 && changed.length === versions.length) forgetCall(files, tree, call);
  return fulfilled(results);
}

interface Version {
  readonly place: string;
  readonly basePath: string;
  readonly base: Uint8Array | null;
  readonly ours: Uint8Array | null;
}

function versionsOf(files: Files, tree: Overlaid, call: string, place: string): Version {
  const [inBases, inCopies] = [join(call, place), join(call, tree.inner, place)];
  return { place, basePath: join(tree.bases, inBases), base: files.readInside(tree.bases, inBases), ours: files.readInside(tree.copies, inCopies) };
}

function itemFor(merger: Merger, tree: Overlaid, { place, basePath, base, ours }: Version): Item {
  return {
    change: { place: overlaidName(tree, place), target: join(tree.folder, place), base, ours },
    policy: { drivers: merger.drivers, conflict: keepingCopy(tree.session) },
    base: { path: basePath, root: tree.bases },
    memoryFolder: tree.kind === 'memory' ? tree.folder : null,
  };
}

/**
 * A model knows the file that it wrote, save for what others had put in before its edit and it has not read: then the
 * older version stays the one it has seen. Else a later write of the whole file would seem to delete their lines.
 */
function rememberWrite(files: Files, tree: Overlaid, { place, base, ours }: Version): void {
  const seen = lastSeen(files, tree, place);
  if (ours !== null && (seen === null || sameBytes(seen, base))) remember(files, tree, place, ours);
}

/** Plain files only: a link in a private folder might lead anywhere. */
function filesBelow(files: Files, folder: string, prefix = ''): string[] {
  if (files.kind(folder) !== 'folder') return [];
  return files.list(join(folder, prefix)).flatMap((name) => {
    const place = join(prefix, name);
    const kind = files.kind(join(folder, place));
    if (kind === 'folder') return filesBelow(files, folder, place);
    return kind === 'file' ? [place] : [];
  });
}
