import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Layout } from '../config/layout.js';
import { isUserError, UserError } from '../system/errors.js';
import { makeFolder } from '../system/fs/folders.js';
import { pathOf, reasonOf } from '../system/fs/fs-error.js';
import { type KernelLock, tryKernelLock } from '../system/kernel-lock.js';
import { buildHome, copyTree } from './home.js';
import { holdLaunch } from './locks.js';
import { type Manifest, writeManifest } from './manifest.js';
import { type SessionPaths, sharedLockFile } from './paths.js';

export interface NewSession {
  readonly stateDir: string;
  readonly paths: SessionPaths;
  readonly manifest: Manifest;
  readonly layout: Layout;
  /** The content of the `--settings` file. */
  readonly settings: unknown;
}

/**
 * Makes a session, in this order: the mark of an unfinished session, its folder, its locks, its home, its manifest. Last, the mark
 * gets the name by which others find the session. Returns the session's two locks as one. Its `descriptor` must reach the client,
 * which thereby keeps the session alive; the launcher's own lock must not. A failure leaves nothing of the session and throws
 * `home-not-built`, or `shared-dir-unusable` when the shared dir is the cause. A crash leaves an unfinished session with its mark, by
 * which the next launch finds and removes it.
 */
export function createSession(session: NewSession): KernelLock {
  const { stateDir, paths, manifest } = session;
  let launch: KernelLock | undefined;
  let locks: KernelLock | undefined;
  try {
    for (const file of [paths.openMark, sharedLockFile(stateDir, manifest.shared.dir)]) makeFolder(dirname(file));
    launch = holdLaunch(stateDir);
    writeFileSync(paths.unfinishedMark, '', { mode: 0o600 });
    makeFolder(paths.root);
    locks = takeLocks(paths);
    buildHome(session.layout, manifest.shared, paths);
    if (manifest.sync === 'exit' && manifest.memoryFolder !== null) copyTree(manifest.memoryFolder, paths.notes, paths.notesBase);
    writeFileSync(paths.settings, JSON.stringify(session.settings), { mode: 0o600 });
    writeManifest(paths.manifest, manifest);
    renameSync(paths.unfinishedMark, paths.openMark);
    return locks;
  } catch (error) {
    locks?.release();
    removeParts(paths);
    throw asUserError(error, stateDir);
  } finally {
    launch?.release();
  }
}

/** Programs that Node starts inherit no open files, except a descriptor that is passed on explicitly. */
function takeLocks({ id, alive, launcher }: SessionPaths): KernelLock {
  const [shared, own] = [tryKernelLock(alive), tryKernelLock(launcher)];
  const release = (): void => {
    for (const lock of [own, shared]) lock?.release();
  };
  if (shared && own) return { descriptor: shared.descriptor, release };
  release();
  throw new Error(`a lock of the new session ${id} is held`);
}

/** Removes the mark last, so that the next launch finds whatever could not be removed. */
function removeParts({ root, unfinishedMark }: SessionPaths): void {
  try {
    rmSync(root, { recursive: true, force: true });
    rmSync(unfinishedMark, { force: true });
  } catch {
    // The cause of the first error may make this fail as well, and the first error says more.
  }
}

/** Turns a system error into a `UserError`. A path outside the state dir belongs to the shared dir. */
function asUserError(error: unknown, stateDir: string): unknown {
  const reason = reasonOf(error);
  if (reason === undefined || isUserError(error)) return error;
  const path = pathOf(error);
  if (path !== undefined && !path.startsWith(`${stateDir}/`)) {
    return new UserError('shared-dir-unusable', `cannot use ${path}: ${reason}`, 'fix that, or set CLAUDE_CONFIG_DIR to another folder', {
      cause: error,
    });
  }
  return new UserError(
    'home-not-built',
    `cannot build a private config dir in ${stateDir}: ${reason}`,
    'fix that, or set PCLAUDE_STATE_DIR to a folder on another disk',
    { cause: error },
  );
}
