import { join } from 'node:path';
import { isSecret } from '../layout/match.js';
import { sharedPath } from '../layout/shared-dir.js';
import { decodeText } from '../merge/bytes.js';
import { readManifest } from '../session/manifest.js';
import { sessionPaths } from '../session/paths.js';
import { type Files, realFiles } from '../sync/files.js';
import type { InPlace } from '../sync/confirm.js';
import { memoryPath } from '../sync/overlaid.js';
import { notePending, pendingCalls } from '../sync/pending.js';
import { below } from './below.js';
import type { ConfigPlace } from './config-path.js';
import { type FileCall, parseHookInput, type ShellCall } from './hook-input.js';
import { type Answer, type HookedSession, type HookSession, underLock } from './hooked-session.js';
import { type Meaning, meaningOf } from './meaning.js';
import { redoEdit } from './redo.js';
import { writtenBy } from './written.js';

/**
 * The hook program: answers one event of the client. File tools write shared files in their place, so that the client asks,
 * refuses and remembers what it has read as it does without us; after the call it is made sure that nobody has undone it. Shell
 * commands are sent to private copies, which are merged after the call.
 *
 * Returns the text for standard output; undefined lets the call go on as it is. It never decides on a permission.
 */
export async function answerHook({ stateDir, id, ...loading }: HookSession, text: string, files: Files = realFiles): Promise<string | undefined> {
  const input = parseHookInput(text);
  const paths = sessionPaths(stateDir, id);
  const manifest = readManifest(paths.manifest);
  if (!input || manifest?.state.name !== 'open') return undefined;
  const session: HookedSession = { stateDir, paths, manifest, ...loading };
  const specific = input.kind === 'shell' ? await answerShell(files, session, input) : await answerFile(files, session, input);
  return specific && JSON.stringify({ hookSpecificOutput: { hookEventName: input.name, ...specific } });
}

async function answerShell(files: Files, session: HookedSession, input: ShellCall): Promise<Answer> {
  const { beforeShell, afterShell } = await import('./shell-call.js');
  return input.event === 'PreToolUse' ? beforeShell(files, session, input) : afterShell(files, session, input);
}

async function answerFile(files: Files, session: HookedSession, input: FileCall): Promise<Answer> {
  const meaning = await meaningOf(files, session, input.path);
  if (!meaning) return undefined;
  return input.event === 'PreToolUse' ? beforeFile(files, session, input, meaning) : afterFile(files, session, input, meaning);
}

function beforeFile(files: Files, session: HookedSession, input: FileCall, meaning: Meaning): Answer {
  if (meaning.kind === 'held') return held(session, input, meaning.place);
  return meaning.kind === 'memory' ? ofToday(files, input, meaning) : found(files, session, input, meaning);
}

async function afterFile(files: Files, session: HookedSession, input: FileCall, meaning: Meaning): Promise<Answer> {
  if (meaning.kind === 'held') return undefined;
  const file = meaning.kind === 'memory' ? memoryFile(meaning) : configFile(session, meaning.place);
  if (input.error !== null) return input.error.includes(OVERWRITTEN) ? redo(files, session, input, file) : undefined;
  await confirm(files, session, input, file);
  return undefined;
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

type MemoryMeaning = Extract<Meaning, { kind: 'memory' }>;

/** The home of a session that was removed; the shared file is where its link led. */
function found(files: Files, { manifest: { shared } }: HookedSession, input: FileCall, { place, through }: ConfigPlace): Answer {
  const path = join(shared.dir, place);
  const isGone = through === 'session' && files.kind(input.path) === null && files.kind(path) !== null;
  return isGone ? redirect(input, path, `That folder is ${shared.dir} now.`) : undefined;
}

/** Memory by a path in the folder of a session, or with a link in it, which an old conversation may name. */
function ofToday(files: Files, input: FileCall, { folder, place }: MemoryMeaning): Answer {
  const today = files.realPath(folder);
  return below(today, input.path) === undefined ? redirect(input, join(today, place), `The memory folder is ${today} now.`) : undefined;
}

type SharedFile = Pick<InPlace, 'place' | 'target' | 'memoryFolder'>;

function memoryFile({ folder, place }: MemoryMeaning): SharedFile {
  return { place: memoryPath(place), target: join(folder, place), memoryFolder: folder };
}

function configFile({ manifest: { shared } }: HookedSession, place: string): SharedFile {
  return { place, target: sharedPath(shared, place), memoryFolder: null };
}

/** Two wrote at one moment, and the client has noticed it: the edit is made in what the other one wrote, and the model is told. */
async function redo(files: Files, session: HookedSession, input: FileCall, file: SharedFile): Promise<Answer> {
  const { confirmPending } = await import('./merging.js');
  const conflict = await conflictOf(session, file);
  let isDone = false;
  await underLock(files, session, async (merger) => {
    const before = textOf(files.read(files.realPath(file.target)));
    const redone = before === null ? undefined : redoEdit(input.input, before);
    if (before === null || redone === undefined) return;
    const after = redone.kind === 'again' ? redone.after : before;
    notePending(files, session.paths, input.call, { ...file, before, after, ended: Date.now(), duration: input.duration, conflict });
    await confirmPending(files, merger, session.paths, input.call);
    isDone = true;
  });
  return isDone ? { additionalContext: 'Another session wrote the file at the same moment; both changes are in it now. Read it again.' } : undefined;
}

async function confirm(files: Files, session: HookedSession, input: FileCall, file: SharedFile): Promise<void> {
  const written = writtenBy(input);
  if (!written) return;
  const { paths } = session;
  const conflict = await conflictOf(session, file);
  notePending(files, paths, input.call, { ...file, ...written, ended: Date.now(), duration: input.duration, conflict });
  const { confirmPending } = await import('./merging.js');
  await underLock(files, session, async (merger) => {
    for (const call of pendingCalls(files, paths)) await confirmPending(files, merger, paths, call);
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
