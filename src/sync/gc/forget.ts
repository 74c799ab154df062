import { isRecord } from '../../system/is-record.js';
import { attempt } from '../../system/attempt.js';
import { jobsIn } from '../../client/jobs.js';
import { lockEnded } from '../../session/locks.js';
import { readManifest } from '../../session/manifest.js';
import { recentFolder, sessionPaths, type SessionPaths } from '../../session/paths.js';
import type { Store } from '../../session/session.js';
import type { Files } from '../../system/files/files.js';
import { forgetSecrets, remembersSecrets } from './forget-secrets.js';
import { REMEMBERED_MS } from '../log/replaced.js';

/**
 * Removes what sessions that were closed at least an hour ago still keep of files with secrets to repair lost updates: their copies, and
 * the content that they replaced. Skips sessions that are open again, or that a process works on. A session that fails is left for the next
 * call, and so is what remains after a crash. `others`: ids of sessions without a mark, which an older version closed.
 */
export function forgetOld(files: Files, store: Store, now: number, others: readonly string[] = []): void {
  for (const id of new Set([...files.list(recentFolder(store.stateDir)), ...others]))
    attempt(() => forgetOne(files, store, sessionPaths(store.stateDir, id), now));
}

function forgetOne(files: Files, store: Store, paths: SessionPaths, now: number): void {
  // For nearly all sessions the mark alone decides. It keeps its time when a session is closed again.
  if (isYoung(files.modifiedAt(paths.recentMark), now) || files.kind(paths.openMark) !== null) return;
  const manifest = readManifest(paths.manifest);
  // A background job continues with these files.
  if (manifest !== undefined && (manifest.state.name === 'open' || isYoung(manifest.state.at, now) || jobsIn(paths.home).length > 0))
    return;
  const isLeft =
    files.kind(paths.recentMark) !== null || (manifest !== undefined && remembersSecrets(files, { ...store, paths, manifest }));
  const lock = isLeft ? lockEnded(paths) : 'held';
  if (lock === 'held') return;
  try {
    // The session may have been reopened before the lock was taken.
    if (files.kind(paths.openMark) !== null) return;
    if (manifest !== undefined) forgetSecrets(files, { ...store, paths, manifest });
    files.remove(paths.replaced);
    files.remove(paths.recentMark);
  } finally {
    lock?.release();
  }
}

function isYoung(at: number | null, now: number): boolean {
  return at !== null && Math.abs(now - at) < REMEMBERED_MS;
}

/** Run when a session closes: removes the content that it replaced more than an hour ago. */
export function pruneReplaced(files: Files, { replaced }: SessionPaths, now: number): void {
  const lines = Buffer.from(files.read(replaced) ?? '')
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');
  const kept = lines.filter((line) => isRecent(line, now));
  if (kept.length === lines.length) return;
  if (kept.length === 0) files.remove(replaced);
  else files.writePrivate(replaced, Buffer.from(kept.map((line) => `\n${line}`).join('')));
}

function isRecent(line: string, now: number): boolean {
  const value = attempt((): unknown => JSON.parse(line));
  const at = value.status === 'fulfilled' && isRecord(value.value) ? value.value['at'] : undefined;
  return typeof at === 'number' && isYoung(at, now);
}
