import { join, relative } from 'node:path';
import { sameBytes } from '../merge/bytes.js';
import type { DriverRow } from '../merge/driver.js';
import { forgetCall, placeOf } from './calls.js';
import type { Files } from './files.js';
import { addPointer } from './pointer.js';
import type { PushPolicy, Pushed } from './change.js';
import { push } from './push.js';
import type { FileResult } from './report.js';
import { lastSeen, type MemorySession, remember } from './seen.js';
import { settled } from '../platform/settled.js';

/** A session whose memory is being merged. */
export interface MergingSession extends MemorySession {
  readonly drivers: readonly DriverRow[];
}

/**
 * Merges what every tool call of a session that has ended has written to its private memory into the shared folder: what
 * came of each call. The caller holds the lock of the shared dir. Calls that wrote nothing are left alone; those that are
 * merged are removed, so that running it again, also after a crash, changes nothing more.
 */
export function pushMemory(files: Files, session: MergingSession): PromiseSettledResult<FileResult[]>[] {
  return files.list(session.paths.memory).map((call) => settled(() => pushCall(files, session, call)));
}

/** The same for one call, whose private folder is `<memory>/<call>`. */
export function pushCall(files: Files, session: MergingSession, call: string): FileResult[] {
  const upper = join(session.paths.memory, call);
  const results: FileResult[] = [];
  let pending = false;
  // A link in place of the folder might lead anywhere.
  const present = files.kind(upper) === 'folder' ? filesBelow(files, upper) : [];
  const place = placeOf(files, session, call);
  for (const each of present.filter((other) => place === undefined || other === place)) {
    const ours = files.readInside(session.paths.memory, join(call, each));
    const base = files.readInside(session.paths.memoryBase, join(call, each));
    if (ours === null || sameBytes(ours, base)) {
      pending = true;
      continue;
    }
    results.push([memoryPath(each), pushOne(files, session, each, base, ours)]);
    rememberWrite(files, session, each, base, ours);
  }
  if (!pending && results.length > 0) forgetCall(files, session, call);
  return results;
}

/**
 * A model knows the file that it wrote, save for what others had put in before its edit and it has not read: then the
 * older version stays the one it has seen. Else a later write of the whole file would seem to delete their lines.
 */
function rememberWrite(files: Files, session: MemorySession, place: string, base: Uint8Array | null, ours: Uint8Array): void {
  const seen = lastSeen(files, session, place);
  if (seen === null || sameBytes(seen, base)) remember(files, session, place, ours);
}

function pushOne(files: Files, session: MergingSession, place: string, base: Uint8Array | null, ours: Uint8Array): Pushed {
  const branch = session.branch ?? 'detached';
  const policy: PushPolicy = { drivers: session.drivers, conflict: { keep: 'copy', branch, id: session.paths.id } };
  const pushed = push(files, { place: memoryPath(place), target: join(session.folder, place), base, ours }, policy);
  if (pushed.outcome === 'conflict' && pushed.copy !== null) {
    addPointer(files, session.drivers, session.folder, { place, copy: relative(session.folder, pushed.copy), branch });
  }
  return pushed;
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
