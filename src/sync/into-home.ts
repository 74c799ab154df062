import { join } from 'node:path';
import { sharedPath, STATE_FILE } from '../client/shared-dir.js';
import { isSecret, ruleFor } from '../config/layout.js';
import { driverAt, type DriverRow } from '../merge/drivers.js';
import type { Session } from '../session/session.js';
import { attempt, throwFirst } from '../system/attempt.js';
import { sameBytes } from '../system/content.js';
import { type Files, readNoFollow } from '../system/files/files.js';
import { mergeCandidates } from './apply/batch.js';
import type { MergeCandidate } from './change.js';
import { appendJournal } from './journal.js';
import type { Locks } from './locks/locks.js';
import type { Merger } from './merger.js';
import { goodPath, isLoggedOut } from './mishaps/last-good.js';
import { isMishap, parses } from './mishaps/mishap.js';
import { isLarge } from './unmergeable.js';

/**
 * Brings what others have merged into the home of a running session: the files that the client itself reads and rewrites as a whole. A
 * file that the client has changed waits until that change is merged. What the client writes at this moment is merged as well.
 */
export async function pullHome(files: Files, session: Session, locks: Locks): Promise<void> {
  const results: PromiseSettledResult<void>[] = [];
  for (const name of findPulls(files, session)) {
    const pull = async (merger: Merger): Promise<void> => {
      const item = pullItem(files, session, name);
      if (item) throwFirst(await mergeCandidates(merger, [item]));
    };
    const pulled = name === STATE_FILE ? locks.state(join(session.paths.home, name), pull) : locks.shared(pull);
    results.push(...(await Promise.allSettled([pulled])));
  }
  throwFirst(results);
}

/** The names in a home for which the shared dir has a newer version to bring in. Reads only. */
export function findPulls(files: Files, session: Session): string[] {
  const { layout, paths } = session;
  const names = new Set([...layout.rows.map(({ path }) => path), ...files.list(paths.homeBase)]);
  return [...names].filter((name) => {
    if (name.includes('*') || ruleFor(layout, name, 'file').policy !== 'merge') return false;
    const item = attempt(() => pullItem(files, session, name));
    return item.status === 'fulfilled' && item.value !== null;
  });
}

/**
 * A merge in the other direction: the shared file (`ours`) is brought into the home (`target`), and becomes the base. Null when there is
 * nothing to bring in, and when the session has changed its file: merged with the shared one, it would no longer show which version the
 * client had read. Null also for a shared file that is gone or too large, that seems to be half written, or that a mishap has damaged.
 */
function pullItem(files: Files, session: Session, name: string): MergeCandidate | null {
  const { paths, layout, manifest } = session;
  const [target, basePath] = [join(paths.home, name), join(paths.homeBase, name)];
  const shared = files.realPath(sharedPath(manifest.shared, name));
  const ours = files.kind(shared) === 'file' && !isLarge(files, shared) ? files.read(shared) : null;
  const base = readNoFollow(files, basePath);
  const kind = files.kind(target);
  if (ours === null || sameBytes(ours, base) || (kind !== null && kind !== 'file')) return null;
  if (kind !== null && isLarge(files, target)) return null;
  if (!sameBytes(kind === null ? null : files.read(target), base)) return null;
  if (!isWhole(layout.drivers, name, ours) || isHarmed(files, session, name, { base, ours })) return null;
  return {
    change: { place: name, target, base, ours, isMeant: true },
    policy: { drivers: layout.drivers, conflict: { keep: 'none' } },
    base: { path: basePath, root: paths.homeBase },
    memoryFolder: null,
  };
}

/** A running session keeps its rules and its account when the shared file has lost them, until the user accepts the loss. */
function isHarmed(
  files: Files,
  { stateDir, layout, manifest: { shared } }: Session,
  name: string,
  { base, ours }: { base: Uint8Array | null; ours: Uint8Array },
): boolean {
  if (!isMishap(layout.drivers, name, { base, ours, theirs: null }, () => isLoggedOut(files, stateDir, shared))) return false;
  return !sameBytes(files.read(goodPath(files, stateDir, shared, name)), ours);
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
    const held = keepHeld(files, session.paths.held, name, harmed.ours);
    const restore = async (merger: Merger): Promise<void> => {
      const change = { place: name, target: join(session.paths.home, name), base: harmed.ours, ours: harmed.base };
      throwFirst(
        await mergeCandidates(merger, [
          { change, policy: { drivers: session.layout.drivers, conflict: { keep: 'none' } }, base: null, memoryFolder: null },
        ]),
      );
    };
    await (name === STATE_FILE ? locks.state(join(session.paths.home, name), restore) : locks.shared(restore));
    appendJournal(files, session.paths, [[name, { outcome: 'conflict', copy: held }]]);
  }
}

function findHarmed(
  files: Files,
  { stateDir, paths, layout, manifest }: Session,
  name: string,
): { ours: Uint8Array; base: Uint8Array } | null {
  if (!isSecret(layout, name) || isLarge(files, join(paths.home, name))) return null;
  const [ours, base] = [readNoFollow(files, join(paths.home, name)), readNoFollow(files, join(paths.homeBase, name))];
  if (ours === null || base === null) return null;
  return isMishap(layout.drivers, name, { base, ours, theirs: null }, () => isLoggedOut(files, stateDir, manifest.shared))
    ? { ours, base }
    : null;
}

/** Keeps each version once; two versions of one file are in two folders. */
function keepHeld(files: Files, folder: string, name: string, content: Uint8Array): string {
  for (let number = 1; ; number++) {
    const path = join(folder, String(number), name);
    const present = files.read(path);
    if (sameBytes(present, content)) return path;
    if (present !== null) continue;
    files.writePrivate(path, content);
    return path;
  }
}
