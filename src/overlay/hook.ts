import { join } from 'node:path';
import { isSecret } from '../layout/match.js';
import { sharedPath } from '../layout/shared-dir.js';
import { readManifest } from '../session/manifest.js';
import { sessionPaths } from '../session/paths.js';
import { forgetCall, markUnmerged } from '../sync/calls.js';
import { type Files, realFiles } from '../sync/files.js';
import type { InPlace } from '../sync/confirm.js';
import { callRoot, memoryPath } from '../sync/overlaid.js';
import { notePending, pendingCalls } from '../sync/pending.js';
import { remember } from '../sync/seen.js';
import { below } from './below.js';
import type { ConfigPlace } from './config-path.js';
import { copyUp } from './copy-up.js';
import { type FileCall, parseHookInput, type ShellCall } from './hook-input.js';
import { type Answer, type HookedSession, type HookSession, mergeCalls, mergeLeft, underLock, withSharedPaths } from './hooked-session.js';
import { type Meaning, meaningOf } from './meaning.js';
import { ruleBelow } from './rules.js';
import { writtenBy } from './written.js';

/** From the end of a tool call to our start, in milliseconds; a busy machine takes its time. */
const START_MS = 60_000;

/**
 * The hook program: answers one event of the client. Before a tool call that writes memory it sends the call to a private
 * copy; after the call it merges the copy into the shared file and gives the model the shared path back. The client checks
 * `Edit` and `Write` against the file that the model named, before any hook runs, so the shared file must have each of our
 * writes before the next call. All other shared files are written in their place, so that the client asks and refuses as it
 * does without us; after the call it is made sure that nobody has undone it.
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
  return specific && JSON.stringify({ hookSpecificOutput: { hookEventName: input.event, ...specific } });
}

async function answerShell(files: Files, session: HookedSession, input: ShellCall): Promise<Answer> {
  const { beforeShell, afterShell } = await import('./shell-call.js');
  return input.event === 'PreToolUse' ? beforeShell(files, session, input) : afterShell(files, session, input);
}

async function answerFile(files: Files, session: HookedSession, input: FileCall): Promise<Answer> {
  const meaning = await meaningOf(files, session, input.path);
  return meaning && answer(files, session, input, meaning);
}

type MemoryMeaning = Extract<Meaning, { kind: 'memory' }>;

async function answer(files: Files, session: HookedSession, input: FileCall, meaning: Meaning): Promise<Answer> {
  const isBefore = input.event === 'PreToolUse';
  if (meaning.kind === 'held') return isBefore ? held(session, input, meaning.place) : undefined;
  if (meaning.kind === 'memory') return isBefore ? before(files, session, input, meaning) : after(files, session, input, meaning);
  return isBefore ? found(files, session, input, meaning) : confirm(files, session, input, configFile(session, meaning.place));
}

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

async function before(files: Files, session: HookedSession, input: FileCall, { tree, place }: MemoryMeaning): Promise<Answer> {
  await mergeLeft(files, session, tree);
  const shared = join(tree.folder, place);
  const outdated = input.path === shared ? null : `The memory folder is ${tree.folder} now.`;
  // A client that only plans writes to its memory folder, but refuses to write where we send it (seen in 2.1.329); so do all, where
  // no rule of ours can allow it.
  const canBeSent = !input.plans && ruleBelow('Edit', session.paths.memory) !== undefined;
  if (input.tool !== 'Read' && canBeSent) return redirect(input, copyUp(files, tree, input.tool, place, input.call), outdated);
  const content = files.read(shared);
  if (content !== null && input.tool === 'Read') remember(files, tree, place, content);
  return outdated === null ? undefined : redirect(input, shared, outdated);
}

async function after(files: Files, session: HookedSession, input: FileCall, { tree, place }: MemoryMeaning): Promise<Answer> {
  const { call, response, path } = input;
  // Where the event before had failed, the call went on as it was.
  if (below(callRoot(tree, call), path) === undefined) return confirm(files, session, input, { place: memoryPath(place), target: join(tree.folder, place) });
  try {
    await mergeCalls(files, session, tree, [call]);
  } catch (error) {
    markUnmerged(files, tree, call);
    throw error;
  }
  forgetCall(files, tree, call);
  return { updatedToolOutput: withSharedPaths(response, callRoot(tree, call), tree.folder) };
}

function configFile({ manifest: { shared } }: HookedSession, place: string): Pick<InPlace, 'place' | 'target'> {
  return { place, target: sharedPath(shared, place) };
}

async function confirm(files: Files, session: HookedSession, input: FileCall, file: Pick<InPlace, 'place' | 'target'>): Promise<undefined> {
  const written = writtenBy(input);
  if (!written) return;
  const { paths } = session;
  const conflict = isSecret(await session.loadLayout(), file.place) ? 'session' : 'copy';
  const since = Date.now() - input.duration - START_MS;
  notePending(files, paths, input.call, { ...file, ...written, since, conflict });
  const { confirmPending } = await import('./merging.js');
  await underLock(files, session, async (merger) => {
    for (const call of pendingCalls(files, paths)) await confirmPending(files, merger, paths, call);
  });
}

/**
 * `outdated`: what the model is told where it has named a path that is another one now. The client keeps what it has read by
 * the path at which it was read, and looks an `Edit` up by the path that the model names (seen in 2.1.329): by the old one
 * it would refuse every edit as of a file that was not read.
 */
function redirect(input: FileCall, path: string, outdated: string | null): Answer {
  const told = outdated === null ? {} : { additionalContext: `${outdated} Name the files in it by that path.` };
  return { updatedInput: { ...input.input, [input.key]: path }, ...told };
}
