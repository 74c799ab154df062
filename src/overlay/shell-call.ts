import { homedir } from 'node:os';
import { isRecord } from '../platform/is-record.js';
import { throwFirst } from '../platform/settled.js';
import { forgetCall, markShell, markUnmerged, shellState, unmergedCalls } from '../sync/calls.js';
import type { Files } from '../sync/files.js';
import { callRoot, type Overlaid, overlaidTrees } from '../sync/overlaid.js';
import { below } from './below.js';
import { copyForShell } from './copy-for-shell.js';
import type { ShellCall } from './hook-input.js';
import { type Answer, type HookedSession, underLock } from './hooked-session.js';
import { placeFinder } from './place-finder.js';
import { namesPaths } from './rules.js';
import type { ShellPlaces, TreeName } from './shell/places.js';
import { planShell } from './shell/plan-shell.js';

/**
 * Before a shell command that writes shared files: sends it to private copies of them. A command that writes none, or is not
 * understood, runs as it is.
 */
export async function beforeShell(files: Files, session: HookedSession, input: ShellCall): Promise<Answer> {
  const trees = overlaidTrees(session);
  for (const tree of trees) await mergeLeft(files, session, tree);
  const plan = planShell(input.command, await placesFor(files, session, input.cwd));
  const command = plan?.rewrite((name) => rootOf(trees, name, input.call));
  if (!plan || command === undefined || (await mustRunAsItIs(session, input))) return undefined;
  if (copyForShell(files, trees, plan, input.call)) return { updatedInput: { ...input.input, command } };
  for (const tree of trees) forgetCall(files, tree, input.call);
  return undefined;
}

/**
 * The client asks and refuses by the command that we return. Rules that name paths would not match it any more, so where the
 * user has any that refuse, or when the client only plans, the command runs as it is (seen in 2.1.329).
 */
async function mustRunAsItIs({ paths, manifest, loadRefusals }: HookedSession, { plans }: ShellCall): Promise<boolean> {
  return plans || (await loadRefusals(paths, manifest)).some(namesPaths);
}

/** After it: merges what it has made of the copies, and names the shared files in what it said. */
export async function afterShell(files: Files, session: HookedSession, input: ShellCall): Promise<Answer> {
  const { call, response } = input;
  const trees = overlaidTrees(session).filter((tree) => shellState(files, tree, call) !== undefined);
  for (const tree of trees) await mergeCall(files, session, tree, call, goesOn(response));
  if (trees.length === 0 || response === undefined) return undefined;
  return { updatedToolOutput: trees.reduce<unknown>((told, tree) => withSharedPaths(told, callRoot(tree, call), tree.folder), response) };
}

async function mergeCall(files: Files, session: HookedSession, tree: Overlaid, call: string, isBackground: boolean): Promise<void> {
  const { pushShell } = await import('./merging.js');
  try {
    await underLock(files, session, async (merger) => void (await pushShell(files, merger, tree, call, { removals: true })));
  } catch (error) {
    markUnmerged(files, tree, call);
    throw error;
  }
  if (!isBackground) return forgetCall(files, tree, call);
  // What it writes from now on is merged while the session runs, and at its end.
  markShell(files, tree, call, 'background');
  markUnmerged(files, tree, call);
}

function goesOn(response: unknown): boolean {
  return isRecord(response) && typeof response['backgroundTaskId'] === 'string';
}

function rootOf(trees: readonly Overlaid[], name: TreeName, call: string): string {
  const tree = trees.find(({ kind }) => kind === name);
  if (!tree) throw new Error(`no ${name} is shared`);
  return callRoot(tree, call);
}

async function placesFor(files: Files, session: HookedSession, cwd: string): Promise<ShellPlaces> {
  const { paths, manifest: { shared, memoryFolder } } = session;
  const placeOf = await placeFinder(files, session);
  const hints = ['.claude', 'CLAUDE_CONFIG_DIR', shared.dir, files.realPath(shared.dir), ...(memoryFolder === null ? [] : [memoryFolder, files.realPath(memoryFolder)])];
  return {
    home: homedir(),
    variables: { CLAUDE_CONFIG_DIR: paths.home, PCLAUDE_HOME: paths.home },
    cwd,
    hints,
    placeOf,
    isFolder: (path) => files.kind(files.realPath(path)) === 'folder',
    isLink: (path) => below(paths.home, path) === undefined && files.kind(path) === 'link',
  };
}

/** An earlier command may have found the lock taken, or the disk full: what it wrote goes first, so that this one finds it. */
async function mergeLeft(files: Files, session: HookedSession, tree: Overlaid): Promise<void> {
  const left = unmergedCalls(files, tree);
  if (left.length === 0) return;
  const { pushCalls } = await import('./merging.js');
  await underLock(files, session, async (merger) => throwFirst(await pushCalls(files, merger, tree, left)));
}

/** Conversations outlive sessions, so no result that a model reads may name a folder of this one. */
function withSharedPaths(value: unknown, own: string, shared: string): unknown {
  if (typeof value === 'string') return value.replaceAll(own, shared);
  if (Array.isArray(value)) return value.map((item) => withSharedPaths(item, own, shared));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withSharedPaths(item, own, shared)]));
}
