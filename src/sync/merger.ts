import { logFolder } from '../session/paths.js';
import type { Session } from '../session/session.js';
import type { DriverRow } from '../merge/driver.js';
import type { Files } from './files.js';

/** For whom files are merged, and where it is written down. */
export interface Merger {
  /** Of the session. */
  readonly id: string;
  readonly branch: string | null;
  /** `replaced`: where it is remembered what was replaced in files with secrets. */
  readonly paths: { readonly intent: string; readonly journal: string | null; readonly replaced: string };
  readonly stateDir: string;
  readonly drivers: readonly DriverRow[];
  /** The folder of the log of the shared dir. */
  readonly log: string;
}

export function mergerOf(files: Files, { stateDir, paths, manifest, layout }: Session): Merger {
  const { branch, shared } = manifest;
  return { id: paths.id, branch, paths, stateDir, drivers: layout.drivers, log: logFolder(stateDir, files.realPath(shared.dir)) };
}
