import { forgetCall, shellState } from './calls.js';
import type { Files } from './files.js';
import type { Merger } from './merger.js';
import type { Overlaid } from './overlaid.js';
import { pushShell } from './push-shell.js';
import type { FileResult } from './report.js';
import { resumeIfNeeded } from './resume-if-needed.js';

/**
 * Merges what shell commands have made of their private copies, where it is not known who ended them, or whether they have
 * ended: what came of each. One after the other, since two may have written the same file. The caller holds the lock of the
 * shared dir. A command that may go on keeps its copies; running it again, also after a crash, changes nothing more.
 */
export async function pushCalls(files: Files, merger: Merger, tree: Overlaid, calls: readonly string[]): Promise<PromiseSettledResult<FileResult[]>[]> {
  const results: PromiseSettledResult<FileResult[]>[] = [];
  for (const call of calls) results.push(...(await Promise.allSettled([pushCall(files, merger, tree, call)])));
  return results;
}

async function pushCall(files: Files, merger: Merger, tree: Overlaid, call: string): Promise<FileResult[]> {
  // The call before may have failed at its very end.
  await resumeIfNeeded(files, merger);
  const state = shellState(files, tree, call);
  if (!state) return [];
  // What is missing it has perhaps not removed.
  const merged = await pushShell(files, merger, tree, call, { removals: false });
  if (state === 'foreground') forgetCall(files, tree, call);
  return merged;
}
