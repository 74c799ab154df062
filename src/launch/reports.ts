import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { hiddenPart } from '../client/memory-index.js';
import type { SharedDir } from '../client/shared-dir.js';
import { lockIfThere } from '../session/locks.js';
import { readManifest } from '../session/manifest.js';
import { logFolder, type SessionPaths } from '../session/paths.js';
import type { Store } from '../session/session.js';
import { memoryPlace, quarantinedIn } from '../sync/change.js';
import type { Closed } from '../sync/close/close.js';
import { type JournalEntry, readJournal } from '../sync/journal.js';
import { type KeptValue, keptValuesFolder, readKeptValues, shownValue } from '../sync/kept-values.js';
import { damagedLine, discardedLine, mishapLine, quarantinedLine, readOnlyLine, summarize } from '../sync/messages.js';
import { findMishaps } from '../sync/mishaps/last-good.js';
import { attempt } from '../system/attempt.js';
import type { Files } from '../system/files/files.js';
import { realFiles } from '../system/files/real-files.js';
import { futureRealPath, readTextIfThere } from '../system/fs/paths.js';
import { mountWithLocalLocks } from '../system/lock-reach.js';
import { report } from '../system/report.js';
import { age } from '../system/text.js';
import type { LaunchContext } from './context.js';

/** For `before-session.ts`, which loads this file late, and the files with it. */
export { realFiles };

/** A session whose end is reported. */
interface ReportedSession {
  readonly paths: SessionPaths;
  readonly branch: string | null;
  readonly verb: 'merged' | 'recovered';
  /** How many entries of its journal were reported before. */
  readonly reported: number;
}

/**
 * Reports what became of a session: what this sync merged, and what its journal says was merged before. Discarded changes are reported to
 * the user of the session; a later launch that recovers the session reports them only when verbosity is `normal`.
 */
export function reportEnd({ verbosity, stateDir }: LaunchContext, ended: Closed, session: ReportedSession): void {
  const { paths, branch, verb, reported } = session;
  if (verbosity === 'silent') return;
  if (ended.state === 'discarded') {
    if (verbosity === 'normal' || verb === 'merged') reportDiscarded(ended.dropped, branch, paths.root);
    return;
  }
  for (const path of quarantinedIn(ended.report)) report(quarantinedLine(path));
  if (ended.report.readOnly) report(readOnlyLine(paths.id, ended.report.readOnly));
  for (const line of ended.report.left ?? []) report(line);
  if (ended.report.damaged) report(damagedLine(paths.id, paths.home));
  const entries = readJournal(realFiles, paths).slice(reported);
  const hidden = entries.some(({ path }) => path === memoryPlace(INDEX)) ? hiddenIn(paths) : undefined;
  const { line, conflicts } = summarize({
    entries,
    branch,
    verb,
    exists: existsSync,
    hidden,
    decidedSettings: decidedSettingsIn(stateDir, paths, entries),
  });
  if (line !== undefined && (verbosity === 'normal' || conflicts > 0 || hidden !== undefined)) report(line);
}

const INDEX = 'MEMORY.md';

/** Returns the part of the index that the model of the next session will not see. An index that cannot be read is reported elsewhere. */
function hiddenIn({ manifest }: SessionPaths): string | undefined {
  const found = attempt(() => {
    const folder = readManifest(manifest)?.memoryFolder;
    const content = typeof folder === 'string' ? realFiles.read(join(folder, INDEX)) : null;
    return content === null ? undefined : hiddenPart(Buffer.from(content).toString('utf8'));
  });
  return found.status === 'fulfilled' ? found.value : undefined;
}

/** Returns the settings that both this session and another one changed, and of which one value was kept. */
function decidedSettingsIn(stateDir: string, paths: SessionPaths, entries: readonly JournalEntry[]): string[] {
  if (entries.every(({ decided }) => decided.length === 0)) return [];
  const found = attempt(() => {
    const dir = readManifest(paths.manifest)?.shared.dir;
    return dir === undefined ? [] : readKeptValues(realFiles, keptValuesFolder(stateDir, logFolder(stateDir, realFiles.realPath(dir))));
  });
  const all = found.status === 'fulfilled' ? found.value : [];
  const own = all.filter(
    ({ kept: { session, place, key, settledAt } }) =>
      session === paths.id && settledAt === null && entries.some(({ path, decided }) => path === place && decided.includes(key)),
  );
  return [...new Map(own.map(({ kept }) => [`${kept.place}: ${kept.key}`, decidedWords(kept)])).values()];
}

function decidedWords({ place, key, winningValue, winner }: KeptValue): string {
  const value = shownValue(key, winningValue);
  return `${place}: ${key} (${value === undefined ? `the ${winner === 'session' ? "session's" : 'shared'} value stands` : `now ${value}`})`;
}

function reportDiscarded(dropped: readonly string[], branch: string | null, folder: string): void {
  const line = discardedLine(dropped, branch, folder);
  if (line !== undefined) report(line);
}

/** Returns one line for each shared file that seems to be damaged by a mishap. */
export function harmedLines(store: Store, shared: SharedDir): string[] {
  return findMishaps(realFiles, store, shared).map((mishap) => mishapLine(mishap, (at) => age(at, Date.now())));
}

/**
 * Returns a line that warns that locks exclude nothing on the disk of the state dir, or nothing on other machines. It is returned once for
 * each disk, and undefined afterwards; a file in the state dir records it. `held`: a lock file whose lock this process holds. Throws the
 * system's errors. After a crash the line may appear again.
 */
export function newLockReachLine(files: Files, stateDir: string, held: string, mountinfo?: string): string | undefined {
  const reach = newLockReach(files, stateDir, held, mountinfo);
  if (reach === undefined) return undefined;
  files.writePrivate(recordOfLockReach(stateDir), Buffer.from(reach));
  return reach === NOTHING
    ? `${stateDir} is on a disk where locks exclude nothing, so sessions can overwrite each other: set PCLAUDE_STATE_DIR to a local folder; see pclaudectl doctor`
    : `${stateDir} is on ${reach}, where locks do not reach other machines: use it from one machine only, or see pclaudectl doctor`;
}

/** Whether `newLockReachLine` would return a line. Reads only. */
export function hasNewLockReach(files: Files, stateDir: string, held: string): boolean {
  return newLockReach(files, stateDir, held) !== undefined;
}

/** What locks exclude when they do not even exclude another holder on this machine. */
const NOTHING = 'nothing';

/** `NOTHING`, or the disk within which locks work; undefined if locks work everywhere, or if this was reported before. */
function newLockReach(
  files: Files,
  stateDir: string,
  held: string,
  mountinfo = readTextIfThere('/proc/self/mountinfo') ?? '',
): string | undefined {
  const reach = isHeldTwice(held) ? NOTHING : mountWithLocalLocks(futureRealPath(stateDir), mountinfo);
  const reported = Buffer.from(files.read(recordOfLockReach(stateDir)) ?? '').toString('utf8');
  return reach === null || reach === reported ? undefined : reach;
}

function recordOfLockReach(stateDir: string): string {
  return join(stateDir, 'lock-reach');
}

/** Whether the kernel gives a lock that is held to another holder. */
function isHeldTwice(path: string): boolean {
  const second = lockIfThere(path);
  if (second === undefined || second === 'held') return false;
  second.release();
  return true;
}
