import { join } from 'node:path';
import { jobsIn } from '../../client/jobs.js';
import { sharedPath } from '../../client/shared-dir.js';
import { resemblesSecret, ruleFor } from '../../config/layout.js';
import { lockEnded } from '../../session/locks.js';
import { isDiscarded, readManifest } from '../../session/manifest.js';
import { recentFolder, sessionPaths, type SessionPaths } from '../../session/paths.js';
import type { Session, Store } from '../../session/session.js';
import { attempt } from '../../system/attempt.js';
import { sameBytes } from '../../system/content.js';
import type { Files } from '../../system/files/files.js';
import { TEMPORARY_SUFFIX, temporaryName } from '../../system/fs/atomic-write.js';
import { isRecord, parseJson } from '../../system/json.js';
import { REMEMBERED_MS } from '../log/replaced.js';
import { CORRUPT } from '../mishaps/mishap.js';
import { isLarge } from '../unmergeable.js';

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
  const value = parseJson(line);
  const at = isRecord(value) ? value['at'] : undefined;
  return typeof at === 'number' && isYoung(at, now);
}

/**
 * Removes content that may hold tokens or keys, and is merged, from a closed session: its copies of such files, their bases, the client's
 * backups of them, and the `--settings` file, which includes the user's own settings. A link to the shared file replaces each copy, because
 * conversations name its path. A version that could not be merged stays: it is the only copy. Of a discarded session only merged copies and
 * their bases are removed. May be run again, also after a crash; a crash leaves each file whole, or the link.
 */
export function forgetSecrets(files: Files, { paths, manifest, layout }: Session): void {
  const { home, homeBase } = paths;
  if (files.kind(home) !== 'folder' || files.kind(homeBase) !== 'folder') return;
  const names = files.list(home).filter((name) => resemblesSecret(layout, name));
  for (const name of names) {
    // A temporary link that a crash left.
    if (name.endsWith(TEMPORARY_SUFFIX)) files.remove(join(home, name));
    if (ruleFor(layout, name, 'file').policy === 'merge')
      forgetSecret(files, { ours: join(home, name), base: join(homeBase, name), shared: sharedPath(manifest.shared, name) });
  }
  if (isDiscarded(manifest)) return;
  const backups = join(home, 'backups');
  const inBackups = files.kind(backups) === 'folder' ? files.list(backups).filter((name) => resemblesSecret(layout, name)) : [];
  for (const path of [
    ...names.filter((name) => ruleFor(layout, name, 'file').policy === 'private').map((name) => join(home, name)),
    ...inBackups.map((name) => join(backups, name)),
  ]) {
    // The client keeps a file here that it could not parse, for its user.
    if (files.kind(path) === 'file' && !path.includes(CORRUPT.slice(0, -1))) files.remove(path);
  }
  if (files.kind(paths.settings) === 'file' && (files.size(paths.settings) ?? 0) > NO_SETTINGS.length)
    files.writePrivate(paths.settings, NO_SETTINGS);
}

/** Whether such content is left, as in a session that an older version closed. */
function remembersSecrets(files: Files, { paths, layout }: Session): boolean {
  const names = files.kind(paths.home) === 'folder' ? files.list(paths.home) : [];
  return names.some(
    (name) =>
      resemblesSecret(layout, name) && files.kind(join(paths.home, name)) === 'file' && files.kind(join(paths.homeBase, name)) === 'file',
  );
}

const NO_SETTINGS = Buffer.from('{}');

/** A file of a closed session, its base, and the shared file into which it is merged. */
interface MergedCopy {
  readonly ours: string;
  readonly base: string;
  readonly shared: string;
}

/** Replaces a merged copy with a link to the shared file. */
export function forgetSecret(files: Files, { ours, base, shared }: MergedCopy): void {
  if (files.kind(ours) === 'link' && files.linkTarget(ours) === shared && files.kind(base) === 'file') files.remove(base);
  if (files.kind(ours) !== 'file' || files.kind(base) !== 'file' || isLarge(files, ours) || !sameBytes(files.read(ours), files.read(base)))
    return;
  const link = temporaryName(ours);
  files.symlink(shared, link);
  files.rename(link, ours);
  files.remove(base);
}

/** The names in a closed session's home that such links have replaced. */
export function forgotten(files: Files, { paths, manifest, layout }: Session): string[] {
  if (files.kind(paths.home) !== 'folder') return [];
  return files.list(paths.home).filter((name) => {
    const path = join(paths.home, name);
    return (
      ruleFor(layout, name, 'file').policy === 'merge' &&
      files.kind(path) === 'link' &&
      files.linkTarget(path) === sharedPath(manifest.shared, name) &&
      resemblesSecret(layout, name)
    );
  });
}
