import type { Layout } from '../layout/layout.js';
import { thisMoment } from '../platform/process-age.js';
import type { Config } from './config.js';
import type { SessionPlan } from './plan.js';
import { report } from './report.js';
import { failureLine } from './report-lines.js';
import type { Voice } from './voice.js';

export interface EndedRun {
  readonly config: Config;
  readonly layout: Layout;
  readonly plan: SessionPlan;
  readonly voice: Voice;
}

/**
 * Returns what merges and closes the session once its client has ended. All that it may need is loaded now: there is
 * time, and an update of pclaude may replace the files meanwhile. When the merge fails the session stays as it is, one line
 * says so, and the next launch tries again: the client's own exit code must reach the caller.
 */
export function prepareMerge({ config, layout, plan, voice }: EndedRun): () => Promise<void> {
  const { paths, manifest } = plan;
  const launched = thisMoment();
  const loading = Promise.all([import('../sync/finish.js'), import('./tell.js'), import('../sync/session.js')]);
  // Told of when it is needed.
  loading.catch(() => undefined);
  return async () => {
    try {
      const [{ finishSession }, { tell }] = await loading;
      const done = await finishSession({ stateDir: config.stateDir, layout, paths, manifest }, undefined, launched);
      tell(voice, done, { paths, branch: manifest.branch, verb: 'merged' });
    } catch (error) {
      report(failureLine(paths.id, error));
    }
  };
}
