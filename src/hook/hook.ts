import { join } from 'node:path';
import { isSecret } from '../config/match.js';
import { decodeText } from '../system/bytes.js';
import { readManifest } from '../session/manifest.js';
import { sessionPaths } from '../session/paths.js';
import type { Files } from '../system/files/files.js';
import { realFiles } from '../system/files/real-files.js';
import type { Write } from '../sync/lost-updates/seen-change.js';
import { keepUnverified, unverifiedCalls } from '../sync/lost-updates/unverified.js';
import { futureRealPath } from '../system/fs/future-real-path.js';
import { below } from '../system/fs/below.js';
import type { ConfigPlace } from './config-path.js';
import { type FileCall, parseHookInput, type ShellCall } from './hook-input.js';
import { type Answer, type HookedSession, type HookSession, underLock } from './hooked-session.js';
import { type ClassifiedPath, classifyPath, type ClassifiedMemory } from './classify-path.js';
import { redoEdit } from './redo.js';
import { sharedFile } from './shared-file.js';
import type { SharedFile } from '../sync/lost-updates/seen-change.js';
import { writtenBy } from './written.js';

/**
 * Answers one event of the client. File tools write shared files in their place: before such a call we take the turn to write its file,
 * and after it we verify that what the call wrote is there, and give the turn back. The call of a file that we cannot know goes on as
 * it is. So it is with shell commands, of which we look before and after at what they can have written.
 *
 * Returns the text for standard output; undefined lets the call go on as it is. It never decides on a permission. The signal says that
 * nobody waits for the answer any more.
 */
export async function answerHook({ stateDir, id, ...given }: HookSession, text: string, files: Files = realFiles, signal?: AbortSignal): Promise<string | undefined> {
  const input = parseHookInput(text);
  const paths = sessionPaths(stateDir, id);
  const manifest = readManifest(paths.manifest);
  if (!input || manifest?.state.name !== 'open') return undefined;
  if (input.kind === 'ended') {
    for (const call of input.calls) {
      given.turns.giveBack(call);
      given.looks?.forget(call);
    }
    return undefined;
  }
  const session: HookedSession = { stateDir, paths, manifest, ...given };
  const specific = input.kind === 'shell' ? await answerShell(files, session, input, signal) : await answerFile(files, session, input, signal);
  return specific && JSON.stringify({ hookSpecificOutput: { hookEventName: input.name, ...specific } });
}

async function answerShell(files: Files, session: HookedSession, input: ShellCall, signal: AbortSignal | undefined): Promise<undefined> {
  const { afterShell, beforeShell, giveUpShellTurns } = await import('./shell-call.js');
  if (input.event === 'PreToolUse') return beforeShell(files, session, input, signal);
  if (input.event === 'PermissionRequest') return giveUpShellTurns(session, input);
  return afterShell(files, session, input);
}

async function answerFile(files: Files, session: HookedSession, input: FileCall, signal: AbortSignal | undefined): Promise<Answer> {
  const meaning = await classifyPath(files, session, input.path);
  if (!meaning) return undefined;
  if (input.event === 'PostToolUse') return afterFile(files, session, input, meaning);
  if (input.event === 'PermissionRequest') return giveUpTurn(session, meaning);
  if (input.tool !== 'Read') await takeTurn(session, input, meaning, signal);
  return beforeFile(files, session, input, meaning);
}

function beforeFile(files: Files, session: HookedSession, input: FileCall, meaning: ClassifiedPath): Answer {
  if (meaning.kind === 'held') return held(session, input, meaning.place);
  return meaning.kind === 'memory' ? ofToday(files, input, meaning) : found(files, session, input, meaning);
}

/**
 * How long a call may hold its turn, in milliseconds. A write to memory needs no permission, so it follows at once. For others the
 * client may ask its server first, which takes seconds (auto mode, from 2.1.283).
 */
const LEASE_MS = { memory: 5_000, config: 10_000 } as const;

async function takeTurn({ turns, ...session }: HookedSession, { call }: FileCall, meaning: ClassifiedPath, signal: AbortSignal | undefined): Promise<void> {
  if (meaning.kind === 'held') return;
  await turns.take({ call, files: [futureRealPath(sharedFile(session, meaning).target)], lease: LEASE_MS[meaning.kind], ...(signal && { signal }) });
}

/** A person may think for an hour; the event does not say which call it is. */
function giveUpTurn({ turns, ...session }: HookedSession, meaning: ClassifiedPath): undefined {
  if (meaning.kind !== 'held') turns.giveBackFile(futureRealPath(sharedFile(session, meaning).target));
}

async function afterFile(files: Files, session: HookedSession, input: FileCall, meaning: ClassifiedPath): Promise<Answer> {
  if (meaning.kind === 'held') return undefined;
  const file = sharedFile(session, meaning);
  const since = session.turns.since(input.call) ?? Date.now() - input.duration - START_MS;
  if (await endTurn(files, session, input, { ...file, since })) return undefined;
  if (input.error !== null) return input.error.includes(OVERWRITTEN) ? redo(files, session, input, { ...file, since }) : undefined;
  await verify(files, session, input, { ...file, since });
  return undefined;
}

/** From the end of a tool call to the start of its hook, on a busy machine, in milliseconds. */
const START_MS = 30_000;

/** Returns whether the call had its turn to the end, and nothing came between: then there is nothing to verify. */
async function endTurn(files: Files, session: HookedSession, input: FileCall, file: FileSince): Promise<boolean> {
  const { turns } = session;
  try {
    const written = input.error === null ? writtenBy(input) : undefined;
    if (!written || turns.since(input.call) === undefined) return false;
    const [{ logInTurn, mergerOf }, layout] = await Promise.all([session.loadMerging(), session.loadLayout()]);
    // The lease may have ended meanwhile.
    return turns.since(input.call) !== undefined && logInTurn(files, mergerOf(files, { ...session, layout }), { ...file, ...written });
  } finally {
    turns.giveBack(input.call);
  }
}

/** The client looks at the size of what it has just written, and says this where somebody else has written it since (2.1.329). */
const OVERWRITTEN = 'Write verification failed';

/**
 * Where notes are held back the model is told their path, and the client writes them by itself. A conversation that is
 * resumed may still name the shared folder, or that of the session in which it began.
 */
function held({ paths }: HookedSession, input: FileCall, place: string): Answer {
  const note = join(paths.notes, place);
  return input.path === note ? undefined : redirect(input, note, `The memory folder is ${paths.notes} now.`);
}

/** The home of a session that was removed; the shared file is where its link led. */
function found(files: Files, { manifest: { shared } }: HookedSession, input: FileCall, { place, through }: ConfigPlace): Answer {
  const path = join(shared.dir, place);
  const isGone = through === 'session' && files.kind(input.path) === null && files.kind(path) !== null;
  return isGone ? redirect(input, path, `That folder is ${shared.dir} now.`) : undefined;
}

/** Memory by a path in the folder of a session, or with a link in it, which an old conversation may name. */
function ofToday(files: Files, input: FileCall, { folder, place }: ClassifiedMemory): Answer {
  const today = files.realPath(folder);
  return below(today, input.path) === undefined ? redirect(input, join(today, place), `The memory folder is ${today} now.`) : undefined;
}

type FileSince = SharedFile & Pick<Write, 'since'>;

/** An external writer has overwritten the call's file, and the client noticed: the edit is made again in what stands there. The model is told. */
async function redo(files: Files, session: HookedSession, input: FileCall, file: FileSince): Promise<Answer> {
  const { verifyCall } = await session.loadMerging();
  const conflict = await conflictOf(session, file);
  let isDone = false;
  await underLock(files, session, async (merger) => {
    const before = textOf(files.read(files.realPath(file.target)));
    const redone = before === null ? undefined : redoEdit(input.input, before);
    if (before === null || redone === undefined) return;
    const after = redone.kind === 'again' ? redone.after : before;
    keepUnverified(files, session.paths, input.call, { ...file, before, after, conflict });
    await verifyCall(files, merger, session.paths, input.call);
    isDone = true;
  });
  return isDone ? { additionalContext: 'Another session wrote the file at the same moment; both changes are in it now. Read it again.' } : undefined;
}

async function verify(files: Files, session: HookedSession, input: FileCall, file: FileSince): Promise<void> {
  const written = writtenBy(input);
  if (!written) return;
  const { paths } = session;
  const conflict = await conflictOf(session, file);
  keepUnverified(files, paths, input.call, { ...file, ...written, conflict });
  const { verifyCall } = await session.loadMerging();
  await underLock(files, session, async (merger) => {
    for (const call of unverifiedCalls(files, paths)) await verifyCall(files, merger, paths, call);
  });
}

async function conflictOf(session: HookedSession, { place }: SharedFile): Promise<'session' | 'copy'> {
  return isSecret(await session.loadLayout(), place) ? 'session' : 'copy';
}

/** As the tools of the client see it. */
function textOf(content: Uint8Array | null): string | null {
  const text = content === null ? null : decodeText(content);
  return text?.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n') ?? null;
}

/**
 * Sends a call to the path that a folder has today, and tells the model. The client keeps what it has read by the path at which
 * it was read, and looks an `Edit` up by the path that the model names (seen in 2.1.329): by the old one it would refuse every
 * edit as of a file that was not read.
 */
function redirect(input: FileCall, path: string, news: string): Answer {
  return { updatedInput: { ...input.input, [input.key]: path }, additionalContext: `${news} Name the files in it by that path.` };
}
