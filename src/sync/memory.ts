import { basename, dirname, join } from 'node:path';
import { sameBytes } from '../merge/bytes.js';
import type { DriverRow } from '../merge/driver.js';
import type { Files } from './files.js';
import { forEach } from './for-each.js';
import { addPointer } from './pointer.js';
import { push, type Pushed, type PushPolicy } from './push.js';
import type { FileResult } from './report.js';
import { lastSeen, type MemorySession, remember } from './seen.js';

/** A session whose memory is being merged. */
export interface MergingSession extends MemorySession {
  readonly drivers: readonly DriverRow[];
}

/**
 * Merges what every tool call of a session has written to its private memory into the shared folder. The caller holds
 * the lock of the shared dir. Calls that wrote nothing (yet) are left alone; those that are merged are removed, so that
 * running it again, also after a crash, changes nothing more. Throws the first error, after all others have been tried.
 */
export function pushMemory(files: Files, session: MergingSession): FileResult[] {
  return forEach(files.list(session.paths.memory), (call) => pushCall(files, session, call)).flat();
}

/** The same for the call whose private folder is `<memory>/<call>`. */
export function pushCall(files: Files, session: MergingSession, call: string): FileResult[] {
  const upper = join(session.paths.memory, call);
  const results: FileResult[] = [];
  let pending = false;
  // A link in place of the folder might lead anywhere.
  const places = files.kind(upper) === 'folder' ? filesBelow(files, upper) : [];
  for (const place of places) {
    const ours = files.readInside(session.paths.memory, join(call, place));
    const base = files.readInside(session.paths.memoryBase, join(call, place));
    if (ours === null || sameBytes(ours, base)) {
      pending = true;
      continue;
    }
    results.push([memoryPath(place), pushOne(files, session, place, base, ours)]);
    rememberWrite(files, session, place, base, ours);
  }
  if (!pending && results.length > 0) forgetCall(files, session, call);
  return results;
}

/** Removes the private folders of a call; what it wrote and was not merged is gone. */
export function forgetCall(files: Files, session: MemorySession, call: string): void {
  files.removeFolder(join(session.paths.memory, call));
  files.removeFolder(join(session.paths.memoryBase, call));
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
    addPointer(files, session.drivers, session.folder, { place, copy: join(dirname(place), basename(pushed.copy)), branch });
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
