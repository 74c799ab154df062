import { readManifest } from '../session/manifest.js';
import { sessionPaths } from '../session/paths.js';
import type { Files } from '../system/files/files.js';
import { realFiles } from '../system/files/real-files.js';
import { answerFile } from './file-call.js';
import { parseHookInput, type ShellCall } from './hook-input.js';
import type { HookContext, HookedSession } from './hooked-session.js';

/**
 * Answers one event of the client. File tools write shared files in place. Before such a call the hook takes the turn of the file; after it
 * the hook verifies the write and gives the turn back. A call on a path that is not shared passes unchanged. For a shell command the hook
 * takes the turns of the shared files that the command names, and compares the files that it could write before and after.
 *
 * Returns the text for standard output; undefined lets the call proceed unchanged. The hook never decides on a permission. `signal` aborts
 * when the client no longer waits for the answer.
 */
export async function answerHook(
  { stateDir, id, ...context }: HookContext,
  text: string,
  files: Files = realFiles,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const input = parseHookInput(text);
  const paths = sessionPaths(stateDir, id);
  const manifest = readManifest(paths.manifest);
  if (!input || manifest?.state.name !== 'open') return undefined;
  if (input.kind === 'ended') {
    for (const call of input.calls) {
      context.turns.giveBack(call);
      context.shellCalls?.forget(call);
    }
    return undefined;
  }
  const session: HookedSession = { stateDir, paths, manifest, ...context };
  const specific =
    input.kind === 'shell' ? await answerShell(files, session, input, signal) : await answerFile(files, session, input, signal);
  return specific && JSON.stringify({ hookSpecificOutput: { hookEventName: input.name, ...specific } });
}

async function answerShell(files: Files, session: HookedSession, input: ShellCall, signal: AbortSignal | undefined): Promise<undefined> {
  const { afterShell, beforeShell, giveUpShellTurns } = await import('./shell-call.js');
  if (input.event === 'PreToolUse') return beforeShell(files, session, input, signal);
  if (input.event === 'PermissionRequest') return giveUpShellTurns(session, input);
  return afterShell(files, session, input);
}
