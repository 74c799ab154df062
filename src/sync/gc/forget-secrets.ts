import { join } from 'node:path';
import { resemblesSecret, ruleFor } from '../../config/match.js';
import { sharedPath } from '../../client/shared-dir.js';
import { sameBytes } from '../../system/bytes.js';
import { TEMPORARY_SUFFIX, temporaryName } from '../../system/fs/atomic-write.js';
import { isDiscarded } from '../../session/manifest.js';
import type { Session } from '../../session/session.js';
import { CORRUPT } from '../mishaps/quarantine.js';
import type { Files } from '../../system/files/files.js';
import { isLarge } from '../large.js';

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
export function remembersSecrets(files: Files, { paths, layout }: Session): boolean {
  const names = files.kind(paths.home) === 'folder' ? files.list(paths.home) : [];
  return names.some(
    (name) =>
      resemblesSecret(layout, name) && files.kind(join(paths.home, name)) === 'file' && files.kind(join(paths.homeBase, name)) === 'file',
  );
}

const NO_SETTINGS = Buffer.from('{}');

/** A file of a closed session, its base, and the shared file into which it is merged. */
interface Merged {
  readonly ours: string;
  readonly base: string;
  readonly shared: string;
}

/** Replaces a merged copy with a link to the shared file. */
export function forgetSecret(files: Files, { ours, base, shared }: Merged): void {
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
