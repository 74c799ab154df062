import { sharedPath } from '../layout/shared-dir.js';
import type { ListedSession } from '../session/list.js';
import { rehearseEnded } from '../sync/ended.js';
import { type Files, realFiles } from '../sync/files.js';
import { SECRET_NAMES } from '../sync/home.js';
import type { WouldChange } from '../sync/rehearsal.js';
import type { Context } from './context.js';
import { hasColors, print, printJson } from './output.js';
import { coloured, keysOf, patchOf } from './patch.js';

/** Shows what merging these sessions, one after the other, would change. Changes nothing. */
export async function rehearseAll({ stateDir, layout }: Context, sessions: readonly ListedSession[], json: boolean): Promise<void> {
  // Each session is merged into what the ones before it would leave.
  let files: Files = realFiles;
  const results: object[] = [];
  for (const { manifest } of sessions) {
    const { id, branch, shared } = manifest;
    const rehearsed = await rehearseEnded(files, stateDir, layout, id);
    if (rehearsed?.state !== 'rehearsed') {
      if (rehearsed) process.stderr.write(`pclaudectl: session ${id} is still running\n`);
      continue;
    }
    files = rehearsed.files;
    const secrets = SECRET_NAMES.map((name) => realFiles.realPath(sharedPath(shared, name)));
    const patches = rehearsed.changes.map((change) => ({ path: change.path, patch: describe(change, secrets) }));
    const { memory, home, setAside } = rehearsed.report;
    results.push({ id, branch, state: 'rehearsed', files: [...memory, ...home].map(([path, pushed]) => ({ path, ...pushed })), setAside, changes: patches });
    if (json) continue;
    print(`session ${id}${branch === null ? '' : ` from ${branch}`}${patches.length === 0 ? ': nothing to merge' : ''}\n`);
    for (const { patch } of patches) print(hasColors() ? coloured(patch) : patch);
  }
  if (json) printJson(results);
  else if (results.length === 0) print('nothing to merge\n');
}

/** What is set aside of a file with secrets holds them, too. */
function describe(change: WouldChange, secrets: readonly string[]): string {
  const isSecret = secrets.some((path) => change.path === path || change.path.startsWith(`${path}.corrupt.`));
  return isSecret ? keysOf(change) : patchOf(change);
}
