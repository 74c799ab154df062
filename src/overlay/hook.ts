import { join } from 'node:path';
import type { Layout } from '../layout/layout.js';
import { type Manifest, readManifest } from '../session/manifest.js';
import { type SessionPaths, sessionPaths, sessionsFolder } from '../session/paths.js';
import { forgetCall, markUnmerged, unmergedCalls } from '../sync/calls.js';
import { type Files, realFiles } from '../sync/files.js';
import type { LockWaits } from '../sync/locks.js';
import { type MemorySession, remember } from '../sync/seen.js';
import { throwFirst } from '../platform/settled.js';
import { copyUp } from './copy-up.js';
import { type HookInput, parseHookInput } from './hook-input.js';
import { type MemoryMap, memoryPlace } from './memory-path.js';

/** A tool call waits for us, so we wait for others only this long; what is not merged now is merged at the exit. */
const HOOK_PATIENCE: LockWaits = { shared: { timeout: 5_000 }, state: { timeout: 0 } };

/** The session that the hook program belongs to. */
export interface HookSession {
  readonly stateDir: string;
  readonly id: string;
  /** How files are merged; only asked for when one is. */
  readonly loadLayout: () => Promise<Layout>;
}

/**
 * The hook program: answers one event of the client. Before a tool call that writes memory it sends the call to a
 * private copy; after the call it merges the copy into the shared folder and gives the model the shared path back. The
 * client checks `Edit` and `Write` against the file that the model named, before any hook runs, so the shared file must
 * have each of our writes before the next call.
 *
 * Returns the text for standard output; undefined lets the call go on as it is. It never decides on a permission.
 */
export async function answerHook({ stateDir, id, loadLayout }: HookSession, text: string, files: Files = realFiles): Promise<string | undefined> {
  const input = parseHookInput(text);
  const paths = sessionPaths(stateDir, id);
  const manifest = readManifest(paths.manifest);
  if (!input || manifest?.state.name !== 'open' || manifest.memoryFolder === null) return undefined;
  const folder = manifest.memoryFolder;
  const folderOf = (other: string): string | null | undefined => readManifest(sessionPaths(stateDir, other).manifest)?.memoryFolder;
  const map: MemoryMap = { shared: folder, sharedReal: files.realPath(folder), sessions: sessionsFolder(stateDir), folderOf };
  const place = memoryPlace(map, input.path);
  if (place === undefined) return undefined;
  const session: HookedSession = { paths, folder, branch: manifest.branch, startedAt: manifest.startedAt, stateDir, manifest, loadLayout };
  const specific = manifest.sync === 'exit' ? held(session, input, place) : await overlaid(files, session, input, place);
  return specific && JSON.stringify({ hookSpecificOutput: { hookEventName: input.event, ...specific } });
}

type Answer = Readonly<Record<string, unknown>> | undefined;

interface HookedSession extends MemorySession {
  readonly paths: SessionPaths;
  readonly stateDir: string;
  readonly manifest: Manifest;
  readonly loadLayout: HookSession['loadLayout'];
}

/**
 * Where notes are held back the model is told their path, and the client writes them by itself. A conversation that is
 * resumed may still name the shared folder, or that of the session in which it began.
 */
function held({ paths }: HookedSession, input: HookInput, place: string): Answer {
  const note = join(paths.notes, place);
  return input.event === 'PreToolUse' && input.path !== note ? redirect(input, note, paths.notes) : undefined;
}

async function overlaid(files: Files, session: HookedSession, input: HookInput, place: string): Promise<Answer> {
  return input.event === 'PreToolUse' ? before(files, session, input, place) : after(files, session, input);
}

async function before(files: Files, session: HookedSession, input: HookInput, place: string): Promise<Answer> {
  // An earlier call may have found the lock taken, or the disk full: its notes go first, so that this call finds them.
  const left = unmergedCalls(files, session.paths);
  if (left.length > 0) await merge(files, session, left);
  const shared = join(session.folder, place);
  const outdated = input.path === shared ? null : session.folder;
  if (input.tool !== 'Read') return redirect(input, copyUp(files, session, input.tool, place, input.call), outdated);
  const content = files.read(shared);
  if (content !== null) remember(files, session, place, content);
  return outdated === null ? undefined : redirect(input, shared, outdated);
}

async function after(files: Files, session: HookedSession, { call, response }: HookInput): Promise<Answer> {
  try {
    await merge(files, session, [call]);
  } catch (error) {
    markUnmerged(files, session, call);
    throw error;
  }
  forgetCall(files, session, call);
  return { updatedToolOutput: withSharedPaths(response, join(session.paths.memory, call), session.folder) };
}

/** What merges is loaded only here: most calls just read. */
async function merge(files: Files, session: HookedSession, calls: readonly string[]): Promise<void> {
  const [{ pushCalls }, { sessionLocks }, layout] = await Promise.all([import('../sync/memory.js'), import('../sync/locks.js'), session.loadLayout()]);
  await sessionLocks(files, { ...session, layout }, HOOK_PATIENCE).shared(async (merger) => {
    throwFirst(await pushCalls(files, { ...session, merger }, calls));
  });
}

/**
 * `folder`: the memory folder of this session, where the model has named another. The client keeps what it has read by the
 * path at which it was read, and looks an `Edit` up by the path that the model names (seen in 2.1.329): by the old one it
 * would refuse every edit as of a file that was not read.
 */
function redirect(input: HookInput, path: string, folder: string | null): Answer {
  const told = folder === null ? {} : { additionalContext: `The memory folder is ${folder} now. Name the files in it by that path.` };
  return { updatedInput: { ...input.input, file_path: path }, ...told };
}

/** Conversations outlive sessions, so no result that a model reads may name a folder of this one. */
function withSharedPaths(value: unknown, own: string, shared: string): unknown {
  if (typeof value === 'string') return value.replaceAll(own, shared);
  if (Array.isArray(value)) return value.map((item) => withSharedPaths(item, own, shared));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withSharedPaths(item, own, shared)]));
}
