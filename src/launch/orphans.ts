import { readdirSync } from 'node:fs';
import type { Layout } from '../config/layout.js';
import { unlessMissing } from '../system/fs/unless-missing.js';
import { openFolder, sessionPaths } from '../session/paths.js';
import type { Config } from '../config/config.js';
import { report } from '../system/report.js';
import { failureLine } from '../sync/messages/report-lines.js';
import type { Verbosity } from './messages/verbosity.js';

/**
 * Recovers the sessions whose launcher was killed, before a new session starts, and reports what was merged. When there are none, it only
 * lists a folder.
 */
export async function recoverSessions(config: Config, layout: Layout, voice: Verbosity): Promise<void> {
  const open = unlessMissing(() => readdirSync(openFolder(config.stateDir))) ?? [];
  if (open.length === 0) return;
  const [{ recoverAll }, { reportEnd }] = await Promise.all([import('../sync/close/recover.js'), import('./messages/report-end.js')]);
  for (const { id, branch, result } of await recoverAll({ stateDir: config.stateDir, layout })) {
    if (result.state === 'failed') report(failureLine(id, result.error));
    // A session that was only synced is reported when it is closed.
    else if (result.state !== 'synced') reportEnd(voice, result, { paths: sessionPaths(config.stateDir, id), branch, verb: 'recovered' });
  }
}
