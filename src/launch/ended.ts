import type { Layout } from '../layout/layout.js';
import type { Config } from './config.js';
import type { SessionPlan } from './plan.js';
import { report } from './report.js';
import { failureLine, reportLines } from './report-lines.js';

export interface EndedRun {
  readonly config: Config;
  readonly layout: Layout;
  readonly plan: SessionPlan;
}

/**
 * Merges what the session changed after its client has ended, and closes it. When that fails the session stays as it
 * is, one line says so, and the next launch tries again: the client's own exit code must reach the caller.
 */
export async function mergeEnded({ config, layout, plan }: EndedRun): Promise<void> {
  const { paths, manifest } = plan;
  try {
    const { finishSession } = await import('../sync/finish.js');
    const done = await finishSession(config.stateDir, paths, manifest, layout);
    if (!config.quiet) for (const line of reportLines(done, manifest.branch)) report(line);
  } catch (error) {
    report(failureLine(paths.id, error));
  }
}
