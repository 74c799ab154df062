import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { sharedPath } from '../client/shared-dir.js';
import { lostIn } from '../merge/json/lost-in.js';
import { goodFolder, openFolder, sessionPaths } from '../session/paths.js';
import { failureLine } from '../sync/messages.js';
import { guardedNames, guardedSections, isAsKept, type Stamp } from '../sync/mishaps/guarded-files.js';
import { attempt } from '../system/attempt.js';
import { unlessMissing } from '../system/fs/fs-error.js';
import { futureRealPath, LARGE_BYTES } from '../system/fs/paths.js';
import { report } from '../system/report.js';
import type { LaunchContext } from './context.js';

/**
 * Recovers the sessions whose launcher was killed, before a new session starts, and reports what was merged. When there are none, it only
 * lists a folder.
 */
export async function recoverSessions(launch: LaunchContext): Promise<void> {
  const { stateDir, layout } = launch;
  const open = unlessMissing(() => readdirSync(openFolder(stateDir))) ?? [];
  if (open.length === 0) return;
  const [{ recoverAll }, { realFiles, reportEnd }] = await Promise.all([import('../sync/close/recover-all.js'), import('./reports.js')]);
  for (const { id, branch, result } of await recoverAll(realFiles, { stateDir, layout })) {
    if (result.state === 'failed') report(failureLine(id, result.error));
    // A session that was only synced is reported when it is closed.
    else if (result.state !== 'synced')
      reportEnd(launch, result, { paths: sessionPaths(stateDir, id), branch, verb: 'recovered', reported: 0 });
  }
}

/**
 * Reports, before a session begins, which shared files with settings, rules or a login cannot be parsed, or have lost most of their
 * content. A file that is unchanged since its good version was kept costs two calls of `stat`; the code that reports a damaged file is
 * loaded only when one is found. A file that cannot be read at all is reported elsewhere.
 */
export async function reportMishaps({ stateDir, layout, shared, verbosity }: LaunchContext): Promise<void> {
  if (verbosity === 'silent') return;
  const { drivers } = layout;
  const folder = attempt(() => goodFolder(stateDir, futureRealPath(shared.dir)));
  if (
    folder.status === 'rejected' ||
    !guardedNames(drivers).some((name) => seemsHarmed(sharedPath(shared, name), join(folder.value, name), guardedSections(drivers, name)))
  )
    return;
  const { harmedLines } = await import('./reports.js');
  for (const line of harmedLines({ stateDir, layout }, shared)) report(line);
}

/**
 * A quick check that is also true for some undamaged files, such as those with comments. `sections`: the sections that the file must not
 * lose.
 */
function seemsHarmed(path: string, kept: string, sections: readonly string[]): boolean {
  const harmed = attempt(() => {
    const [now, then] = [stampOf(path), stampOf(kept)];
    if (isAsKept(now, then)) return false;
    const present: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return then !== null && lostIn(JSON.parse(readFileSync(kept, 'utf8')), present, sections).length > 0;
  });
  return harmed.status === 'fulfilled' ? harmed.value : harmed.reason instanceof SyntaxError;
}

/** Returns null when the path is not a regular file, or when the file is too large to be read. */
function stampOf(path: string): Stamp | null {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat?.isFile() === true && stat.size <= LARGE_BYTES ? { modifiedAt: stat.mtimeMs, size: stat.size } : null;
}
