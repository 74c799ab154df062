import { join } from 'node:path';
import { sameBytes } from '../merge/bytes.js';
import { fulfilled, throwFirst } from '../platform/settled.js';
import { pushAll } from './batch.js';
import { forgetCall, placeOf } from './calls.js';
import type { Files } from './files.js';
import type { Item } from './item.js';
import type { Merger } from './merger.js';
import type { FileResult } from './report.js';
import { resumeIfNeeded } from './resume-if-needed.js';
import { lastSeen, type MemorySession, remember } from './seen.js';

/** A session whose memory is being merged. */
export interface MergingSession extends MemorySession {
  readonly merger: Merger;
}

/**
 * Merges what tool calls have written to a session's private memory into the shared folder: what came of each call. One
 * after the other, since two may have written the same file. The caller holds the lock of the shared dir. Calls that wrote
 * nothing are left alone; those that are merged are removed, so that running it again, also after a crash, changes nothing more.
 */
export async function pushCalls(files: Files, session: MergingSession, calls: readonly string[]): Promise<PromiseSettledResult<FileResult[]>[]> {
  const results: PromiseSettledResult<FileResult[]>[] = [];
  for (const call of calls) results.push(...(await Promise.allSettled([pushCall(files, session, call)])));
  return results;
}

/** The private folder of a call is `<memory>/<call>`. */
async function pushCall(files: Files, session: MergingSession, call: string): Promise<FileResult[]> {
  // The call before may have failed at its very end.
  await resumeIfNeeded(files, session.merger);
  const upper = join(session.paths.memory, call);
  // A link in place of the folder might lead anywhere.
  const present = files.kind(upper) === 'folder' ? filesBelow(files, upper) : [];
  const place = placeOf(files, session, call);
  const versions = present.filter((other) => place === undefined || other === place).map((each) => versionsOf(files, session, call, each));
  const changed = versions.flatMap((version) => (version.ours === null || sameBytes(version.ours, version.base) ? [] : { ...version, ours: version.ours }));
  const results = await pushAll(files, session.merger, changed.map((version) => itemFor(session, version)));
  throwFirst(results);
  for (const version of changed) rememberWrite(files, session, version);
  // One that has written nothing yet may still do so.
  if (changed.length > 0 && changed.length === versions.length) forgetCall(files, session, call);
  return fulfilled(results);
}

interface Version {
  readonly place: string;
  readonly basePath: string;
  readonly base: Uint8Array | null;
  readonly ours: Uint8Array | null;
}

function versionsOf(files: Files, { paths }: MergingSession, call: string, place: string): Version {
  const inside = join(call, place);
  return { place, basePath: join(paths.memoryBase, inside), base: files.readInside(paths.memoryBase, inside), ours: files.readInside(paths.memory, inside) };
}

function itemFor({ paths, folder, branch, merger }: MergingSession, { place, basePath, base, ours }: Version): Item {
  return {
    change: { place: memoryPath(place), target: join(folder, place), base, ours },
    policy: { drivers: merger.drivers, conflict: { keep: 'copy', branch: branch ?? 'detached', id: paths.id } },
    base: { path: basePath, root: paths.memoryBase },
    memoryFolder: folder,
  };
}

/**
 * A model knows the file that it wrote, save for what others had put in before its edit and it has not read: then the
 * older version stays the one it has seen. Else a later write of the whole file would seem to delete their lines.
 */
function rememberWrite(files: Files, session: MemorySession, { place, base, ours }: Version): void {
  const seen = lastSeen(files, session, place);
  if (ours !== null && (seen === null || sameBytes(seen, base))) remember(files, session, place, ours);
}

/** Plain files only: a link in a private folder might lead anywhere. */
function filesBelow(files: Files, folder: string, prefix = ''): string[] {
  return files.list(join(folder, prefix)).flatMap((name) => {
    const place = join(prefix, name);
    const kind = files.kind(join(folder, place));
    if (kind === 'folder') return filesBelow(files, folder, place);
    return kind === 'file' ? [place] : [];
  });
}

/** How a memory file is named in reports: the folder may stand anywhere. */
export function memoryPath(place: string): string {
  return join('memory', place);
}
