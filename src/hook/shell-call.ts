import { homedir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { type Layout, namedRule } from '../config/layout.js';
import type { SeenChange, SharedFile } from '../sync/lost-updates/seen-change.js';
import { sameBytes } from '../system/content.js';
import type { Files } from '../system/files/files.js';
import { futureRealPath } from '../system/fs/paths.js';
import { classifyPath, type SharedPlace, sharedFile } from './classify-path.js';
import type { ShellCall } from './hook-input.js';
import { type CallBefore, type HookedSession, LEASE_MS, type Snapshot, underLock } from './hooked-session.js';
import { takeSnapshot } from './snapshot.js';
import { namedPaths } from './named-paths.js';

/** A command that names more shared files than this takes no turns. */
const MOST_TURNS = 16;

/**
 * Called before a shell command: takes the turns of the shared files that the command names, and takes a snapshot of all files that it could write.
 * The command itself is not changed. Without a launcher no state survives until the command has ended, so this does nothing.
 */
export async function beforeShell(
  files: Files,
  session: HookedSession,
  { call, command, cwd }: ShellCall,
  signal: AbortSignal | undefined,
): Promise<undefined> {
  const { shellCalls, turns, paths } = session;
  if (!shellCalls) return;
  const named = await sharedAmong(files, session, namedPaths(command, { cwd, home: homedir(), configDir: paths.home }));
  const inTurn = new Set(named.keys());
  if (inTurn.size > 0 && inTurn.size <= MOST_TURNS)
    await turns.take({ call, files: [...inTurn], lease: LEASE_MS.shell, ...(signal && { signal }) });
  const snapshot = await takeSnapshot(files, session, named, shellCalls.known);
  shellCalls.known = snapshot.files;
  shellCalls.keep(call, { command, snapshot, inTurn });
}

/**
 * Gives the turns back while the client asks the user, who may think for an hour. The event does not identify the call, so the command
 * does.
 */
export function giveUpShellTurns({ shellCalls, turns }: HookedSession, { command }: ShellCall): undefined {
  for (const call of shellCalls?.callsOf(command) ?? []) turns.giveBack(call);
}

/** Called after a shell command: logs what the command wrote to files whose turn it had, and verifies everything else that changed. */
export async function afterShell(files: Files, session: HookedSession, { call }: ShellCall): Promise<undefined> {
  const { shellCalls, turns } = session;
  const before = shellCalls?.before(call);
  if (!shellCalls || !before) return;
  try {
    const snapshot = await takeSnapshot(files, session, before.snapshot.files, shellCalls.known);
    shellCalls.known = snapshot.files;
    const changes = changesBetween(before, snapshot);
    if (changes.length === 0) return;
    const { lastVersion, logChangeInTurn, mergerOf } = await session.loadMerging();
    const layout = await session.loadLayout();
    const merger = mergerOf(files, { ...session, layout });
    const hadTurns = turns.since(call) !== undefined;
    const isLogged = (change: SeenChange): boolean =>
      hadTurns && before.inTurn.has(futureRealPath(change.target)) && logChangeInTurn(merger, change);
    // If the file now has the last version in the log, another session wrote it while the command ran.
    const isOthers = ({ target, after }: SeenChange): boolean => {
      const last = lastVersion(files, merger.log.folder, files.realPath(target));
      return last !== undefined && sameBytes(last, after);
    };
    const unverified = changes.filter((change) => !isLogged(change) && !isOthers(change));
    turns.giveBack(call);
    await verifyAll(files, session, unverified);
  } finally {
    turns.giveBack(call);
    shellCalls.forget(call);
  }
}

async function verifyAll(files: Files, session: HookedSession, changes: readonly SeenChange[]): Promise<void> {
  if (changes.length === 0) return;
  const { conflictPolicy, verifyChange } = await session.loadMerging();
  const layout = await session.loadLayout();
  await underLock(files, session, async (merger) => {
    for (const change of changes) await verifyChange(merger, change, conflictPolicy(layout, change.place, merger));
  });
}

/**
 * Returns by real path: the shared files among these paths, those that the command may create, and the files of each named folder that has
 * few entries.
 */
async function sharedAmong(files: Files, session: HookedSession, paths: readonly string[]): Promise<ReadonlyMap<string, SharedFile>> {
  const found = new Map<string, SharedFile>();
  const layout = await session.loadLayout();
  for (const path of paths) {
    const classified = await classifyPath(files, session, path);
    if (!classified || classified.kind === 'note' || (classified.kind === 'shared' && isAppended(layout, classified))) continue;
    const file = sharedFile(session, classified);
    const real = futureRealPath(file.target);
    const kind = files.kind(real);
    if (kind === 'file' || (kind === null && files.kind(dirname(real)) === 'folder')) found.set(real, file);
    const names = kind === 'folder' ? files.list(real) : [];
    if (names.length > MOST_TURNS) continue;
    for (const name of names.filter((each) => files.kind(join(real, each)) === 'file')) {
      found.set(join(real, name), { ...file, place: join(file.place, name), target: join(file.target, name) });
    }
  }
  return found;
}

/**
 * Whether a file is only linked, such as a transcript, to which the client appends all the time. Does not apply to the memory of other
 * projects.
 */
function isAppended(layout: Layout, { place }: SharedPlace): boolean {
  const [top = '', , folder] = place.split(sep);
  return namedRule(layout, top)?.policy === 'link' && !(top === 'projects' && folder === 'memory');
}

/**
 * Compares the text files of two snapshots. A file that only the second one covers may have existed before, so it does not count as a change.
 */
function changesBetween({ snapshot: before, inTurn }: CallBefore, after: Snapshot): SeenChange[] {
  const since = before.at;
  const paths = [...before.files.keys(), ...[...after.files.keys()].filter((path) => before.isWhole || inTurn.has(path))];
  return [...new Set(paths)].flatMap((path) => {
    const [old, now] = [before.files.get(path), after.files.get(path)];
    const file = now ?? old;
    if (!file || old?.signature === now?.signature || (old && old.content === null) || (now && now.content === null)) return [];
    const { place, target, memoryFolder } = file;
    const change: SeenChange = {
      place,
      target,
      memoryFolder,
      before: old?.content ?? null,
      after: now?.content ?? null,
      hasRead: false,
      since,
    };
    return sameBytes(change.before, change.after) ? [] : [change];
  });
}
