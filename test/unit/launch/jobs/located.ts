import type { ConfigDir, LocatedJob } from '../../../../src/launch/jobs/find-job.js';
import { sessionPaths } from '../../../../src/session/paths.js';

/** The shared dir as a config dir with jobs. */
export const shared: ConfigDir = { kind: 'shared', home: '/shared' };

/** The home of a session as a config dir with jobs. */
export function session(id: string): ConfigDir {
  const paths = sessionPaths('/state', id);
  const dir = { dir: '/shared', stateFile: '/shared/.claude.json', userValue: null };
  return {
    kind: 'session',
    home: paths.home,
    paths,
    manifest: {
      version: 1,
      id,
      pid: 1,
      startedAt: 1,
      cwd: '/',
      branch: null,
      repository: null,
      slot: null,
      shared: dir,
      memoryFolder: null,
      sync: 'continuous',
      state: { name: 'open' },
    },
  };
}

export function job(dir: ConfigDir, id: string, changes: Partial<LocatedJob> = {}): LocatedJob {
  return { id, name: '', tasks: [], stage: 'works', pinned: false, changedAt: 1, dir, ...changes };
}
