import { basename } from 'node:path';
import { type SharedDir, sharedPath, STATE_FILE } from '../client/shared-dir.js';
import { isSecret, type Layout, resemblesSecret } from '../config/layout.js';
import { conflictOrigin } from '../merge/conflict-name.js';
import type { DriverRow } from '../merge/drivers.js';
import { logFolder } from '../session/paths.js';
import type { Session } from '../session/session.js';
import type { Files } from '../system/files/files.js';
import type { Settled } from './log/entry.js';
import { isLoggedOut } from './mishaps/last-good.js';
import { CORRUPT } from './mishaps/mishap.js';
import { fileTurns, type FileTurns } from './turns/take-turn.js';

/** The session for which files are merged, and where that is recorded. */
export interface Merger {
  /** All file access of the merge. */
  readonly files: Files;
  /** The id of the session. */
  readonly id: string;
  readonly branch: string | null;
  readonly paths: {
    readonly intent: string;
    readonly journal: string | null;
    /** The file that remembers what was replaced in files with secrets; null: nothing is remembered. */
    readonly replaced: string | null;
  };
  readonly stateDir: string;
  readonly drivers: readonly DriverRow[];
  readonly log: MergeLog;
  /** The time, in milliseconds since the epoch. */
  readonly now: () => number;
  /** The turns of the shared files that it writes. */
  readonly turns: FileTurns;
  /** Whether the shared dir had a login whose file is gone, as after a log-out; absent: that is not checked. */
  readonly hasLoggedOut?: () => boolean;
}

/** The log of a shared dir. */
export interface MergeLog {
  readonly folder: string;
  /** Whether the file at a path may hold tokens or keys: none of its content is logged then. */
  readonly isSecret: (path: string) => boolean;
  /** The entry that is being undone. */
  readonly restores?: string;
  /** The conflict that the user settles: all its edits are one entry, under this id. */
  readonly settles?: { readonly id: string; readonly how: Settled };
}

export function mergerOf(files: Files, { stateDir, paths, manifest, layout }: Session): Merger {
  const { branch, shared } = manifest;
  return {
    files,
    id: paths.id,
    branch,
    paths,
    stateDir,
    drivers: layout.drivers,
    log: mergeLog(files, stateDir, layout, shared),
    now: Date.now,
    turns: fileTurns(stateDir),
    hasLoggedOut: () => isLoggedOut(files, stateDir, shared),
  };
}

export function mergeLog(files: Files, stateDir: string, layout: Layout, shared: SharedDir): MergeLog {
  return { folder: logFolder(stateDir, files.realPath(shared.dir)), isSecret: secretPaths(files, layout, shared) };
}

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
