import { join } from 'node:path';
import { isSecret } from '../config/layout.js';
import type { SharedFile, Write } from '../sync/lost-updates/seen-change.js';
import { keepUnverified, unverifiedCalls } from '../sync/lost-updates/unverified.js';
import { decodeText } from '../system/content.js';
import type { Files } from '../system/files/files.js';
import { below, futureRealPath } from '../system/fs/paths.js';
import { type ClassifiedMemory, type ClassifiedPath, classifyPath, type SharedPlace, sharedFile } from './classify-path.js';
import type { FileCall } from './hook-input.js';
import { type Answer, type HookedSession, LEASE_MS, underLock } from './hooked-session.js';
import { redoEdit, writtenBy } from './tool-edit.js';

/**
 * Answers an event of a file tool. Before the call: takes the turn of the file that it writes, and redirects an old path. After it: verifies
 * the write, or logs it if the call kept its turn. `signal` aborts when the client no longer waits for the answer.
 */
export async function answerFile(files: Files, session: HookedSession, input: FileCall, signal: AbortSignal | undefined): Promise<Answer> {
  const classified = await classifyPath(files, session, input.path);
  if (!classified) return undefined;
  if (input.event === 'PostToolUse') return afterFile(files, session, input, classified);
  if (input.event === 'PermissionRequest') return giveUpTurn(session, classified);
  if (input.tool !== 'Read') await takeTurn(session, input, classified, signal);
  return redirectOldPath(files, session, input, classified);
}

function redirectOldPath(files: Files, session: HookedSession, input: FileCall, classified: ClassifiedPath): Answer {
  if (classified.kind === 'note') return redirectToNotes(session, input, classified.inFolder);
  if (classified.kind === 'memory') return redirectToMemoryFolder(files, input, classified);
  return redirectFromRemovedHome(files, session, input, classified);
}

async function takeTurn(
  { turns, ...session }: HookedSession,
  { call }: FileCall,
  classified: ClassifiedPath,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (classified.kind === 'note') return;
  await turns.take({
    call,
    files: [futureRealPath(sharedFile(session, classified).target)],
    lease: LEASE_MS[classified.kind],
    ...(signal && { signal }),
  });
}

/**
 * Gives the turn back while the client asks the user, who may think for an hour. The event does not identify the call, so the file does.
 */
function giveUpTurn({ turns, ...session }: HookedSession, classified: ClassifiedPath): undefined {
  if (classified.kind !== 'note') turns.giveBackFile(futureRealPath(sharedFile(session, classified).target));
}

async function afterFile(files: Files, session: HookedSession, input: FileCall, classified: ClassifiedPath): Promise<Answer> {
  if (classified.kind === 'note') return undefined;
  const file = sharedFile(session, classified);
  const since = session.turns.since(input.call) ?? Date.now() - input.duration - START_MS;
  if (await endTurn(files, session, input, { ...file, since })) return undefined;
  if (input.error !== null) return input.error.includes(OVERWRITTEN) ? redo(files, session, input, { ...file, since }) : undefined;
  await verify(files, session, input, { ...file, since });
  return undefined;
}

/** The longest time between the end of a tool call and the start of its hook on a busy machine, in milliseconds. */
const START_MS = 30_000;

/** Returns whether the call kept its turn to the end and no other write intervened. Such a write needs no verification. */
async function endTurn(files: Files, session: HookedSession, input: FileCall, file: FileSince): Promise<boolean> {
  const { turns } = session;
  try {
    const written = input.error === null ? writtenBy(input) : undefined;
    if (!written || turns.since(input.call) === undefined) return false;
    const [{ logInTurn, mergerOf }, layout] = await Promise.all([session.loadMerging(), session.loadLayout()]);
    // The lease may have ended while the modules were loaded.
    return turns.since(input.call) !== undefined && logInTurn(mergerOf(files, { ...session, layout }), { ...file, ...written });
  } finally {
    turns.giveBack(input.call);
  }
}

/**
 * After a write the client checks the size of the file, and reports this error if another process has written the file meanwhile (2.1.329).
 */
const OVERWRITTEN = 'Write verification failed';

/**
 * In a session whose memory is held back, the model is given the path of the notes, and the client writes them directly. A resumed
 * conversation may still name the shared folder, or the notes of the session in which it began.
 */
function redirectToNotes({ paths }: HookedSession, input: FileCall, inFolder: string): Answer {
  const note = join(paths.notes, inFolder);
  return input.path === note ? undefined : redirect(input, note, `The memory folder is ${paths.notes} now.`);
}

/** Redirects a path in the home of a session that was removed to the shared file to which its link led. */
function redirectFromRemovedHome(
  files: Files,
  { manifest: { shared } }: HookedSession,
  input: FileCall,
  { place, through }: SharedPlace,
): Answer {
  const path = join(shared.dir, place);
  const isGone = through === 'session' && files.kind(input.path) === null && files.kind(path) !== null;
  return isGone ? redirect(input, path, `That folder is ${shared.dir} now.`) : undefined;
}

/** Redirects a path of memory that leads through a session dir or a link, as an old conversation may name it. */
function redirectToMemoryFolder(files: Files, input: FileCall, { folder, inFolder }: ClassifiedMemory): Answer {
  const today = files.realPath(folder);
  return below(today, input.path) === undefined ? redirect(input, join(today, inFolder), `The memory folder is ${today} now.`) : undefined;
}

type FileSince = SharedFile & Pick<Write, 'since'>;

/**
 * Handles a call whose file an external writer overwrote, and whose client noticed it: makes the edit again in the current content, and
 * informs the model.
 */
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
    await verifyCall(merger, session.paths, input.call);
    isDone = true;
  });
  return isDone
    ? { additionalContext: 'Another session wrote the file at the same moment; both changes are in it now. Read it again.' }
    : undefined;
}

async function verify(files: Files, session: HookedSession, input: FileCall, file: FileSince): Promise<void> {
  const written = writtenBy(input);
  if (!written) return;
  const { paths } = session;
  const conflict = await conflictOf(session, file);
  keepUnverified(files, paths, input.call, { ...file, ...written, conflict });
  const { verifyCall } = await session.loadMerging();
  await underLock(files, session, async (merger) => {
    for (const call of unverifiedCalls(files, paths)) await verifyCall(merger, paths, call);
  });
}

async function conflictOf(session: HookedSession, { place }: SharedFile): Promise<'session' | 'copy'> {
  return isSecret(await session.loadLayout(), place) ? 'session' : 'copy';
}

/** Decodes a file as the client's tools do: without a byte order mark, and with LF line ends. */
function textOf(content: Uint8Array | null): string | null {
  const text = content === null ? null : decodeText(content);
  return text?.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n') ?? null;
}

/**
 * Redirects a call to the current path of a folder, and informs the model. The client records what it has read under the path at which it
 * was read, and looks up an `Edit` under the path that the model names (seen in 2.1.329). Under the old path it would refuse every edit,
 * because it has no record that the file was read.
 */
function redirect(input: FileCall, path: string, news: string): Answer {
  return { updatedInput: { ...input.input, [input.key]: path }, additionalContext: `${news} Name the files in it by that path.` };
}
