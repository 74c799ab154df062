import { existsSync } from 'node:fs';
import type { Layout } from '../layout/layout.js';
import { tryKernelLock } from '../platform/kernel-lock.js';
import { unlessMissing } from '../platform/unless-missing.js';
import { hasDaemon } from '../session/daemon.js';
import { type Manifest, readManifest } from '../session/manifest.js';
import { type SessionPaths, sessionPaths } from '../session/paths.js';
import { findChanges } from './changes.js';
import type { Files } from './files.js';
import { finishSession, syncIfChanged, tidy } from './finish.js';
import { rehearse, type WouldChange } from './pretended-files.js';
import { NOTHING_MERGED, type SyncReport } from './report.js';
import { rehearseSync } from './session.js';

export type Merged =
  | { readonly state: 'merged'; readonly report: SyncReport }
  /** As it was before, for another try. */
  | { readonly state: 'failed'; readonly error: unknown }
  /** Its launcher, its client or a daemon of its home lives; nothing was done. */
  | { readonly state: 'running' };

/**
 * Merges a session that has ended, and closes it if it is not closed yet: killed, or the power was cut, or something it
 * left running wrote to its home afterwards. Undefined when there is no such session. Two that do it at once do not meet:
 * the session's lock decides. A crash leaves the session for another try.
 */
export async function mergeEnded(files: Files, stateDir: string, layout: Layout, id: string): Promise<Merged | undefined> {
  const merged = await whenEnded<Merged>(stateDir, id, async (paths, manifest) => {
    try {
      if (manifest.state.name === 'open') return { state: 'merged', report: await finishSession(stateDir, paths, manifest, layout, files) };
      const report = await syncIfChanged(stateDir, paths, manifest, layout, files);
      // A crash may have come between the closing and this.
      tidy(files, paths);
      return { state: 'merged', report };
    } catch (error) {
      return { state: 'failed', error };
    }
  });
  if (!merged) forgetEmpty(files, sessionPaths(stateDir, id));
  return merged;
}

/** A crash came before anything could have been changed. A manifest that a newer version wrote is left to that. */
function forgetEmpty(files: Files, { manifest, openMark }: SessionPaths): void {
  if ((files.read(manifest)?.length ?? 0) === 0) files.remove(openMark);
}

export interface Rehearsed {
  readonly state: 'rehearsed';
  readonly report: SyncReport;
  readonly changes: readonly WouldChange[];
  /** As they would be afterwards. */
  readonly files: Files;
}

/** What `mergeEnded` would do. Nothing is written, and no lock of the shared dir is taken: somebody may write meanwhile. */
export async function rehearseEnded(files: Files, stateDir: string, layout: Layout, id: string): Promise<Rehearsed | { readonly state: 'running' } | undefined> {
  return whenEnded<Rehearsed>(stateDir, id, async (paths, manifest) => {
    const changes = findChanges(files, paths, manifest, layout);
    if (!changes) return { state: 'rehearsed', report: NOTHING_MERGED, changes: [], files };
    const rehearsal = rehearse(files);
    const report = await rehearseSync(rehearsal.files, { stateDir, paths, manifest, layout, changes });
    return { state: 'rehearsed', report, changes: rehearsal.changes().filter(({ path }) => !path.startsWith(`${paths.root}/`)), files: rehearsal.files };
  });
}

async function whenEnded<R>(stateDir: string, id: string, act: (paths: SessionPaths, manifest: Manifest) => Promise<R>): Promise<R | { state: 'running' } | undefined> {
  const paths = sessionPaths(stateDir, id);
  const alive = lockIfThere(paths.alive);
  if (alive === 'held') return { state: 'running' };
  try {
    const manifest = readManifest(paths.manifest);
    if (!manifest) return undefined;
    return hasDaemon(paths.home) ? { state: 'running' } : await act(paths, manifest);
  } finally {
    alive?.release();
  }
}

/** Undefined when there is no such session: a lock must not be made for nothing. */
function lockIfThere(path: string): ReturnType<typeof tryKernelLock> | 'held' {
  return unlessMissing(() => (existsSync(path) ? (tryKernelLock(path) ?? 'held') : undefined));
}
