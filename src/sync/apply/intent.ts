import type { ConflictPolicy, FileOutcome } from '../change.js';
import { storeContent } from '../../system/files/stored-content.js';
import type { Files } from '../../system/files/files.js';
import type { BasePlace } from '../candidate.js';
import type { FileEdit } from './file-edit.js';

/**
 * What a sync is about to do, written down so that whoever comes after a crash can tell what was done, and complete it. It
 * is kept in the session's own folder (0600) for the milliseconds that it takes, since it holds the content of files.
 */
export interface Intent {
  /** What is logged of it has this id, so that it counts once, should it be logged again after a crash. */
  readonly id: string;
  /** Files of ours that nothing needs, or nothing yet: they are being written, or could not be removed. */
  readonly loose: readonly string[];
  /** All of it is staged; what is carried out, the files tell. */
  readonly staged: readonly JournaledEdit[];
  /** Carried out. It is not logged yet, and bases have not moved. */
  readonly done: readonly JournaledEdit[];
  /** What steps displaced, and what is not merged yet. */
  readonly asides: readonly Aside[];
}

/** What is done for one file, in this order. */
export interface JournaledEdit {
  readonly place: string;
  readonly copies: readonly FileEdit[];
  readonly main: FileEdit | null;
  readonly base: MovingBase | null;
  readonly pushed: FileOutcome;
  /** What the session had started from. */
  readonly start: Uint8Array | null;
  /** What the session had made of that. */
  readonly ours: Uint8Array | null;
  readonly conflict: ConflictPolicy;
  /** The memory folder whose index is to tell of a conflict copy. */
  readonly memoryFolder: string | null;
  /** The name of a stranger's version that is merged by this, and of no use then. */
  readonly aside: string | null;
  /** It was done before what is logged already, and is only logged now. */
  readonly isLate?: boolean;
}

/** A base that takes on the session's version; `staged` holds that already, null: the base goes. */
export interface MovingBase extends BasePlace {
  readonly staged: string | null;
}

/** A stranger's version that a step of ours displaced; it had read what was there before that step. */
export interface Aside {
  readonly place: string;
  readonly target: string;
  readonly path: string;
  readonly base: Uint8Array | null;
  readonly conflict: ConflictPolicy;
  readonly memoryFolder: string | null;
}

/** Atomic. A crash leaves the intent before. */
export function writeIntent(files: Files, path: string, { id, loose, staged, done, asides }: Intent): void {
  const stored = {
    version: 1,
    id,
    loose,
    staged: staged.map(storeTask),
    done: done.map(storeTask),
    asides: asides.map((aside) => ({ ...aside, base: storeContent(aside.base) })),
  };
  files.writePrivate(path, Buffer.from(JSON.stringify(stored)));
}

function storeTask(task: JournaledEdit): object {
  return { ...task, start: storeContent(task.start), ours: storeContent(task.ours), copies: task.copies.map(storeStep), main: task.main && storeStep(task.main) };
}

function storeStep({ target, before, after, temporary }: FileEdit): object {
  return { target, before: storeContent(before), after: storeContent(after), temporary };
}
