import { basename } from 'node:path';
import type { Layout } from '../config/layout.js';
import { isSecret, resemblesSecret } from '../config/match.js';
import { type SharedDir, sharedPath, STATE_FILE } from '../client/shared-dir.js';
import { conflictOrigin } from '../merge/conflict-origin.js';
import { CORRUPT } from './mishaps/quarantine.js';
import type { Files } from '../system/files/files.js';

/**
 * Returns a function that says whether the file at a path, real or in the shared dir, may hold tokens or keys: by its name, wherever it
 * is, or because a name with secrets in the shared dir leads there. A quarantined version or conflict copy counts as the file itself.
 * Where the names with secrets lead is found out once, at the first call that needs it.
 */
export function secretPaths(files: Files, layout: Layout, shared: SharedDir): (path: string) => boolean {
  let known: ReadonlySet<string> | undefined;
  return (path) => {
    const [plain = path] = path.split(CORRUPT);
    const name = basename(plain);
    if (resemblesSecret(layout, conflictOrigin(name, [])?.name ?? name)) return true;
    known ??= new Set(
      [STATE_FILE, ...files.list(shared.dir)]
        .filter((each) => isSecret(layout, each))
        .map((each) => files.realPath(sharedPath(shared, each))),
    );
    return known.has(plain);
  };
}
