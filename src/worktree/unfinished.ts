import { readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TEMPORARY_SUFFIX } from '../system/fs/atomic-write.js';
import { isRecord } from '../system/is-record.js';
import { tryKernelLock } from '../system/locks/kernel-lock.js';
import { makeFolder } from '../system/fs/make-folder.js';
import { readTextIfThere } from '../system/fs/read-text.js';
import { attempt } from '../system/attempt.js';
import { unlessMissing } from '../system/fs/unless-missing.js';
import { isHeld } from '../session/locks.js';
import { hashOf } from './place.js';

/** A worktree that is being made, or was when somebody was killed, or whose set-up has failed. */
export interface Unfinished {
  readonly path: string;
  readonly commonDir: string;
  readonly branch: string;
  /** The commit at which the branch was made for it; null when the branch was there before. */
  readonly madeAt: string | null;
}

/** The same, in the hands of the one who makes it. */
export interface Making {
  /** It is finished, or gone: nobody need go on with it. Still to be released. */
  readonly done: () => void;
  /** Leaves it to whoever comes next; once. */
  readonly release: () => void;
}

/**
 * Marks a worktree as unfinished before anything of it is made, and holds the mark: who finds one that nobody holds knows that
 * its maker has ended. The caller holds the lock of the repository. Undefined when somebody else holds the mark. It is removed
 * while it is held: whoever has opened it by then has an empty file at most, which says nothing.
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

/** Is somebody making the worktree at this path just now? */
export function isBeingMade(stateDir: string, path: string): boolean {
  return isHeld(markOf(stateDir, path));
}

/** All marks of one repository. */
export function listUnfinished(stateDir: string, commonDir: string): Unfinished[] {
  const names = (unlessMissing(() => readdirSync(folderOf(stateDir))) ?? []).filter((name) => !name.endsWith(TEMPORARY_SUFFIX));
  return names.flatMap((name) => readMark(join(folderOf(stateDir), name)) ?? []).filter((mark) => mark.commonDir === commonDir);
}

/** Nothing is left to be done at this path. */
export function forget(stateDir: string, path: string): void {
  rmSync(markOf(stateDir, path), { force: true });
}

function writeMark(file: string, unfinished: Unfinished): void {
  writeFileSync(file + TEMPORARY_SUFFIX, JSON.stringify(unfinished), { mode: 0o600 });
  renameSync(file + TEMPORARY_SUFFIX, file);
}

function readMark(file: string): Unfinished | undefined {
  const text = readTextIfThere(file);
  const value = attempt((): unknown => JSON.parse(text ?? 'null'));
  return value.status === 'fulfilled' && isUnfinished(value.value) ? value.value : undefined;
}

function isUnfinished(value: unknown): value is Unfinished {
  if (!isRecord(value)) return false;
  const { path, commonDir, branch, madeAt } = value;
  return [path, commonDir, branch].every((text) => typeof text === 'string') && (madeAt === null || typeof madeAt === 'string');
}

function folderOf(stateDir: string): string {
  return join(stateDir, 'worktrees');
}

function markOf(stateDir: string, path: string): string {
  return join(folderOf(stateDir), hashOf(path));
}
