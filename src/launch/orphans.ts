import { readdirSync } from 'node:fs';
import type { Layout } from '../config/layout.js';
import { unlessMissing } from '../system/fs/unless-missing.js';
import { openFolder, sessionPaths } from '../session/paths.js';
import type { Config } from '../config/config.js';
import { report } from '../system/report.js';
import { failureLine } from '../sync/messages/report-lines.js';
import type { Voice } from './messages/verbosity.js';

/** Merges sessions that ended without a merge, before a new one starts. Where there are none it only lists a folder. */
export async function mergeOrphans(config: Config, layout: Layout, voice: Voice): Promise<void> {
  const open = unlessMissing(() => readdirSync(openFolder(config.stateDir))) ?? [];
  if (open.length === 0) return;
  const [{ recoverSessions }, { tell }] = await Promise.all([import('../sync/close/recover.js'), import('./messages/report-end.js')]);
  for (const { id, branch, result } of await recoverSessions({ stateDir: config.stateDir, layout })) {
    if (result.state === 'failed') report(failureLine(id, result.error));
    // All of it is told when it is closed.
    else if (result.state !== 'synced') tell(voice, result, { paths: sessionPaths(config.stateDir, id), branch, verb: 'recovered' });
  }
}
