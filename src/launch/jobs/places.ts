import { readdirSync } from 'node:fs';
import type { SharedDir } from '../../client/shared-dir.js';
import { futureRealPath } from '../../system/fs/future-real-path.js';
import { unlessMissing } from '../../system/fs/unless-missing.js';
import { type Job, jobsIn } from '../../client/jobs.js';
import { type Manifest, readManifest } from '../../session/manifest.js';
import { type SessionPaths, sessionPaths, sessionsFolder } from '../../session/paths.js';

/**
 * A config dir with background jobs. The client runs one service for each config dir, and looks for jobs in one only. `home`: its path; for
 * `shared` that is the shared dir.
 */
export type ConfigDir = { readonly kind: 'shared'; readonly home: string } | SessionConfigDir;

export interface SessionConfigDir {
  readonly kind: 'session';
  readonly home: string;
  readonly paths: SessionPaths;
  readonly manifest: Manifest;
}

export interface PlacedJob extends Job {
  readonly place: ConfigDir;
}

/**
 * Returns all jobs of a shared dir: its own, and those of its open and closed sessions. A conversation that was sent to the background in
 * two sessions has one id in both; the job that was written last counts. Reads only: one folder for each session, and the files of sessions
 * that have jobs.
 */
export function findJobs(stateDir: string, shared: SharedDir): PlacedJob[] {
  const places: readonly ConfigDir[] = [{ kind: 'shared', home: shared.dir }, ...sessionPlaces(stateDir, shared)];
  const all = places.flatMap((place) => jobsIn(place.home).map((job): PlacedJob => ({ ...job, place })));
  const last = new Map(all.toSorted((one, other) => one.changedAt - other.changedAt).map((job) => [job.id, job]));
  return all.filter((job) => last.get(job.id) === job);
}

function sessionPlaces(stateDir: string, shared: SharedDir): SessionConfigDir[] {
  const real = futureRealPath(shared.dir);
  return (unlessMissing(() => readdirSync(sessionsFolder(stateDir))) ?? []).flatMap((id): SessionConfigDir[] => {
    const paths = sessionPaths(stateDir, id);
    if (jobsIn(paths.home).length === 0) return [];
    const manifest = readManifest(paths.manifest);
    return manifest && futureRealPath(manifest.shared.dir) === real ? [{ kind: 'session', home: paths.home, paths, manifest }] : [];
  });
}
