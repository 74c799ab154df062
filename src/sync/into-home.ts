import { join } from 'node:path';
import { sharedPath } from '../client/shared-dir.js';
import { isSecret, ruleFor } from '../config/layout.js';
import { driverAt, type DriverRow } from '../merge/drivers.js';
import type { Session } from '../session/session.js';
import { attempt, throwFirst } from '../system/attempt.js';
import { sameBytes } from '../system/content.js';
import { type Files, readNoFollow } from '../system/files/files.js';
import { mergeOne } from './apply/batch.js';
import type { MergeCandidate } from './change.js';
import { appendJournal } from './journal.js';
import type { Locks } from './locks/locks.js';
import { goodPath, isLoggedOut } from './mishaps/last-good.js';
import { isMishap, parses } from './mishaps/mishap.js';
import { isLarge, readMergeable } from './unmergeable.js';

/**
 * Brings what others have merged into the home of a running session: the files of these names that `findPulls` found. A file that the
 * client has changed since waits until that change is merged. What the client writes at this moment is merged as well. One that fails does
 * not hold up the others; the first error is thrown at the end. A crash leaves the rest to the next sync.
 */
export async function pullHome(files: Files, session: Session, locks: Locks, names: readonly string[]): Promise<void> {
  const results: PromiseSettledResult<void>[] = [];
  for (const name of names) {
    const pulled = locks.forFile(name, join(session.paths.home, name), async (merger) => {
      // Another process may have merged since the names were found.
      const candidate = pullCandidate(files, session, name);
      if (candidate) await mergeOne(merger, candidate);
    });
    results.push(...(await Promise.allSettled([pulled])));
  }
  throwFirst(results);
}

/** The names of the files that the client itself reads and rewrites as a whole, and that can be brought into its home. Reads only. */
export function pullableNames(files: Files, { layout, paths }: Session): string[] {
  const names = new Set([...layout.rows.map(({ path }) => path), ...files.list(paths.homeBase)]);
  return [...names].filter((name) => !name.includes('*') && ruleFor(layout, name, 'file').policy === 'merge');
}

/** The names, of these, for which the shared dir has a newer version to bring into the home. Reads only. */
export function findPulls(files: Files, session: Session, names: readonly string[]): string[] {
  return names.filter((name) => {
    const candidate = attempt(() => pullCandidate(files, session, name));
    return candidate.status === 'fulfilled' && candidate.value !== null;
  });
}

/**
 * A merge in the other direction: the shared file (`ours`) is brought into the home (`target`), and becomes the base. Null when there is
 * nothing to bring in, and when the session has changed its file: merged with the shared one, it would no longer show which version the
 * client had read. Null also for a shared file that is gone or too large, that seems to be half written, or that a mishap has damaged.
 */
function pullCandidate(files: Files, session: Session, name: string): MergeCandidate | null {
  const { paths, layout, manifest } = session;
  const [target, basePath] = [join(paths.home, name), join(paths.homeBase, name)];
  const shared = files.realPath(sharedPath(manifest.shared, name));
  const ours = readMergeable(files, shared);
  const base = readNoFollow(files, basePath);
  const kind = files.kind(target);
  if (ours === null || sameBytes(ours, base) || (kind !== null && kind !== 'file')) return null;
  if (kind !== null && isLarge(files, target)) return null;
  if (!sameBytes(kind === null ? null : files.read(target), base)) return null;
  if (!isWhole(layout.drivers, name, ours) || isHarmedByOthers(files, session, name, { base, ours })) return null;
  return {
    change: { place: name, target, base, ours, isMeant: true },
    policy: { drivers: layout.drivers, conflict: { keep: 'none' } },
    base: { path: basePath, root: paths.homeBase },
  };
}

/** A running session keeps its rules and its account when the shared file has lost them, until the user accepts the loss. */
function isHarmedByOthers(files: Files, session: Session, name: string, versions: Edit): boolean {
  const { stateDir, manifest } = session;
  if (!isMishapIn(files, session, name, versions)) return false;
  return !sameBytes(files.read(goodPath(files, stateDir, manifest.shared, name)), versions.ours);
}

/** A file before and after it was written. */
interface Edit {
  readonly base: Uint8Array | null;
  readonly ours: Uint8Array;
}

function isMishapIn(files: Files, { stateDir, layout, manifest }: Session, name: string, { base, ours }: Edit): boolean {
  return isMishap(layout.drivers, name, { base, ours, theirs: null }, () => isLoggedOut(files, stateDir, manifest.shared));
}

/** Whether a file is written completely: a write in place empties it first, and JSON that does not parse may be half written. */
export function isWhole(drivers: readonly DriverRow[], name: string, content: Uint8Array): boolean {
  return content.length > 0 && (driverAt(drivers, name).kind !== 'json' || parses(drivers, name, content));
}

/**
 * Restores what a mishap took from files with secrets in the home of a running session, such as its deny rules. The version that the mishap
 * left is kept in the session dir, and the user settles it as a conflict. A crash leaves that to be done again.
 */
export async function restoreHome(files: Files, session: Session, locks: Locks, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const harmed = findHarmed(files, session, name);
    if (harmed === null) continue;
    const copy = keepHarmed(files, session.paths.harmed, name, harmed.ours);
    const change = { place: name, target: join(session.paths.home, name), base: harmed.ours, ours: harmed.base };
    const policy = { drivers: session.layout.drivers, conflict: { keep: 'none' } } as const;
    await locks.forFile(name, change.target, async (merger) => mergeOne(merger, { change, policy }));
    appendJournal(files, session.paths, [[name, { outcome: 'conflict', copy }]]);
  }
}

function findHarmed(files: Files, session: Session, name: string): { ours: Uint8Array; base: Uint8Array } | null {
  const { paths, layout } = session;
  if (!isSecret(layout, name) || isLarge(files, join(paths.home, name))) return null;
  const [ours, base] = [readNoFollow(files, join(paths.home, name)), readNoFollow(files, join(paths.homeBase, name))];
  if (ours === null || base === null) return null;
  return isMishapIn(files, session, name, { base, ours }) ? { ours, base } : null;
}

/** Keeps each version once; two versions of one file are in two folders. */
function keepHarmed(files: Files, folder: string, name: string, content: Uint8Array): string {
  for (let number = 1; ; number++) {
    const path = join(folder, String(number), name);
    const present = files.read(path);
    if (sameBytes(present, content)) return path;
    if (present !== null) continue;
    files.writePrivate(path, content);
    return path;
  }
}
