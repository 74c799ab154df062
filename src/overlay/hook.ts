import { join } from 'node:path';
import { waitForKernelLock } from '../platform/kernel-lock.js';
import { readManifest } from '../session/manifest.js';
import { sessionPaths, sessionsFolder, sharedLockFile } from '../session/paths.js';
import { type Files, realFiles } from '../sync/files.js';
import { type MemorySession, remember } from '../sync/seen.js';
import { copyUp } from './copy-up.js';
import { type HookInput, parseHookInput } from './hook-input.js';
import { type MemoryMap, memoryPlace } from './memory-path.js';

/** A tool call waits for us, so we wait for others only this long; what is not merged now is merged at the exit. */
const LOCK_WAIT_MS = 5_000;

/**
 * The hook program: answers one event of the client. Before a tool call that writes memory it sends the call to a
 * private copy; after the call it merges the copy into the shared folder and gives the model the shared path back. The
 * client checks `Edit` and `Write` against the file that the model named, before any hook runs, so the shared file must
 * have each of our writes before the next call.
 *
 * Returns the text for standard output; undefined lets the call go on as it is. It never decides on a permission.
 */
export async function answerHook(stateDir: string, id: string, text: string): Promise<string | undefined> {
  const input = parseHookInput(text);
  const paths = sessionPaths(stateDir, id);
  const manifest = readManifest(paths.manifest);
  if (!input || manifest?.state.name !== 'open' || manifest.memoryFolder === null) return undefined;
  const folder = manifest.memoryFolder;
  const map: MemoryMap = { shared: folder, sharedReal: realFiles.realPath(folder), sessions: sessionsFolder(stateDir) };
  const place = memoryPlace(map, input.path);
  if (place === undefined) return undefined;
  const session: MemorySession = { paths, folder, branch: manifest.branch };
  const lock = sharedLockFile(stateDir, realFiles.realPath(manifest.shared.dir));
  const specific = input.event === 'PreToolUse' ? await before(realFiles, session, lock, input, place) : await after(realFiles, session, lock, input);
  return specific && JSON.stringify({ hookSpecificOutput: { hookEventName: input.event, ...specific } });
}

type Answer = Readonly<Record<string, unknown>> | undefined;

async function before(files: Files, session: MemorySession, lock: string, input: HookInput, place: string): Promise<Answer> {
  await mergeLeftovers(files, session, lock);
  if (input.tool !== 'Read') return redirect(input, copyUp(files, session, input.tool, place, input.call));
  const shared = join(session.folder, place);
  const content = files.read(shared);
  if (content !== null) remember(files, session, place, content);
  return input.path === shared ? undefined : redirect(input, shared);
}

async function after(files: Files, session: MemorySession, lock: string, input: HookInput): Promise<Answer> {
  const { forgetCall, pushCall } = await import('../sync/memory.js');
  const held = await waitForKernelLock(lock, LOCK_WAIT_MS);
  try {
    pushCall(files, session, input.call);
    forgetCall(files, session, input.call);
  } finally {
    held.release();
  }
  return { updatedToolOutput: withSharedPaths(input.response, join(session.paths.memory, input.call), session.folder) };
}

/** An earlier call may have found the lock taken, or the disk full: its notes go first, so that this call finds them. */
async function mergeLeftovers(files: Files, session: MemorySession, lock: string): Promise<void> {
  if (files.list(session.paths.memory).length === 0) return;
  const held = await waitForKernelLock(lock, LOCK_WAIT_MS);
  try {
    const { pushMemory } = await import('../sync/memory.js');
    pushMemory(files, session);
  } finally {
    held.release();
  }
}

function redirect(input: HookInput, path: string): Answer {
  return { updatedInput: { ...input.input, file_path: path } };
}

/** Conversations outlive sessions, so no result that a model reads may name a folder of this one. */
function withSharedPaths(value: unknown, own: string, shared: string): unknown {
  if (typeof value === 'string') return value.replaceAll(own, shared);
  if (Array.isArray(value)) return value.map((item) => withSharedPaths(item, own, shared));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withSharedPaths(item, own, shared)]));
}
