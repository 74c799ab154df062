import { readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isHeld } from '../session/locks.js';
import { UserError } from '../system/errors.js';
import { TEMPORARY_SUFFIX } from '../system/fs/atomic-write.js';
import { makeFolder } from '../system/fs/folders.js';
import { unlessMissing } from '../system/fs/fs-error.js';
import { readTextIfThere } from '../system/fs/paths.js';
import { hashOf } from '../system/hash.js';
import { isRecord, isTextOrNull, parseJson } from '../system/json.js';
import { tryKernelLock } from '../system/kernel-lock.js';
import { typed } from '../system/text.js';

/** A worktree that is being created, whose creation was interrupted, or whose set-up command failed. */
export interface Unfinished {
  readonly path: string;
  readonly commonDir: string;
  readonly branch: string;
  /** The commit that its new branch was created at; null if the branch already existed. */
  readonly madeAt: string | null;
}

/** The mark of an unfinished worktree, held by the process that creates it. */
export interface Making {
  /** Deletes the mark, because the worktree is complete or removed. `release` is still to be called. */
  readonly done: () => void;
  /** Releases the mark, so that another process can continue. Call it once. */
  readonly release: () => void;
}

/**
 * Marks a worktree as unfinished before anything of it is created, and holds a lock on the mark: a mark without a lock was written by a
 * process that has exited. The caller holds the repository lock. Undefined if another process holds the mark. The mark is deleted while it
 * is locked: a process that opens its path at that moment creates at most an empty file, which does not count as a mark.
 */
export function beginMaking(stateDir: string, unfinished: Unfinished): Making | undefined {
  const file = markOf(stateDir, unfinished.path);
  makeFolder(folderOf(stateDir));
  if (readMark(file) === undefined) writeMark(file, unfinished);
  const lock = tryKernelLock(file);
  return lock && { done: () => rmSync(file, { force: true }), release: () => lock.release() };
}

/** The mark of the worktree at a path; undefined when there is none. */
export function unfinishedAt(stateDir: string, path: string): Unfinished | undefined {
  return readMark(markOf(stateDir, path));
}

/** Whether a process is creating the worktree at this path. */
export function isBeingMade(stateDir: string, path: string): boolean {
  return isHeld(markOf(stateDir, path));
}

/** All marks of one repository. */
export function listUnfinished(stateDir: string, commonDir: string): Unfinished[] {
  const names = (unlessMissing(() => readdirSync(folderOf(stateDir))) ?? []).filter((name) => !name.endsWith(TEMPORARY_SUFFIX));
  return names.flatMap((name) => readMark(join(folderOf(stateDir), name)) ?? []).filter((mark) => mark.commonDir === commonDir);
}

/** Deletes the mark of a path where nothing is left to do. */
export function forget(stateDir: string, path: string): void {
  rmSync(markOf(stateDir, path), { force: true });
}

function writeMark(file: string, unfinished: Unfinished): void {
  writeFileSync(file + TEMPORARY_SUFFIX, JSON.stringify(unfinished), { mode: 0o600 });
  renameSync(file + TEMPORARY_SUFFIX, file);
}

function readMark(file: string): Unfinished | undefined {
  const value = parseJson(readTextIfThere(file));
  return isUnfinished(value) ? value : undefined;
}

function isUnfinished(value: unknown): value is Unfinished {
  if (!isRecord(value)) return false;
  const { path, commonDir, branch, madeAt } = value;
  return [path, commonDir, branch].every((text) => typeof text === 'string') && isTextOrNull(madeAt);
}

function folderOf(stateDir: string): string {
  return join(stateDir, 'worktrees');
}

function markOf(stateDir: string, path: string): string {
  return join(folderOf(stateDir), hashOf(path, 40));
}

/** A worktree that git has checked out, and whose mark this process holds. */
export interface Made {
  readonly making: Making;
  readonly unfinished: Unfinished;
  /** Whether an earlier call began this worktree and did not complete it. */
  readonly resumed: boolean;
}

/** The error for a worktree that is not created. */
export function notMade(message: string, hint: string, options?: ErrorOptions): UserError {
  return new UserError('worktree-not-made', message, hint, options);
}

/** The hint for a worktree that exists but is not ready. */
export function goOnWith(branch: string): string {
  return `the worktree stays; "pclaudectl worktree add ${typed(branch)}" goes on with it`;
}
