import type { Layout } from '../layout/layout.js';
import type { Config } from './config.js';
import type { SessionPlan } from './plan.js';
import { report } from './report.js';
import { failureLine, reportLines } from './report-lines.js';

export interface FinishedRun {
  readonly config: Config;
  readonly layout: Layout;
  readonly plan: SessionPlan;
}

/**
 * Merges what the session changed after its client has ended, and closes it. When that fails the session stays as it
 * is, one line says so, and the next launch tries again: the client's own exit code must reach the caller.
 */
export async function finishSession({ config, layout, plan }: FinishedRun): Promise<void> {
  const { paths, manifest } = plan;
  const [{ syncSession }, { closeSession }, { realFiles }] = await Promise.all([import('../sync/session.js'), import('../sync/close.js'), import('../sync/files.js')]);
  try {
    const done = await syncSession(realFiles, config.stateDir, paths, manifest, layout);
    closeSession(realFiles, paths, manifest);
    for (const line of reportLines(done, manifest.branch)) report(line);
  } catch (error) {
    report(failureLine(paths.id, error));
  }
}
