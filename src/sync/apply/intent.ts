import { storeContent } from '../../system/content.js';
import type { Files } from '../../system/files/files.js';
import type { BasePlace, ConflictPolicy, FileOutcome } from '../change.js';
import type { FileEdit } from './file-edit.js';

/**
 * What a sync is about to do, written down so that the next process after a crash can find out what was done, and complete it. It is
 * kept in the session dir, or in `by-hand/` of the state dir for a merge by hand (0600), and only for the milliseconds that the merge
 * takes, because it holds the content of files.
 */
export interface Intent {
  /** Its log entry has this id, so that it counts once even if it is logged again after a crash. */
  readonly id: string;
  /** Temporary files that are not needed any more, or not yet: they could not be removed, or are being written. */
  readonly loose: readonly string[];
  /** All of these are staged. Which of them are applied, the files show. */
  readonly staged: readonly JournaledEdit[];
  /** Applied, but not logged yet, and their bases have not moved. */
  readonly done: readonly JournaledEdit[];
  /** Versions that edits overwrote and that are not merged yet. */
  readonly asides: readonly Aside[];
}

/** What is done for one file: the copies, the file itself and its base, in this order. */
export interface JournaledEdit {
  readonly place: string;
  readonly copies: readonly FileEdit[];
  readonly main: FileEdit | null;
  readonly base: MovingBase | null;
  readonly pushed: FileOutcome;
  /** The content that the session started from. */
  readonly start: Uint8Array | null;
  /** The session's version, which it made from `start`. */
  readonly ours: Uint8Array | null;
  readonly conflict: ConflictPolicy;
  /** The memory folder whose index is to mention a conflict copy; null outside memory. */
  readonly memoryFolder: string | null;
  /** Where the external writer's version is that this edit merges; the file is not needed afterwards. */
  readonly aside: string | null;
  /** It was made before changes that are logged already, and is only logged now. */
  readonly isLate?: boolean;
}

/** A base that the session's version replaces. `staged` holds that version already; null: the base is removed. */
export interface MovingBase extends BasePlace {
  readonly staged: string | null;
}

/** An external writer's version that a file edit overwrote. Its base is what that writer had read: the content before the edit. */
export interface Aside {
  readonly place: string;
  readonly target: string;
  readonly path: string;
  readonly base: Uint8Array | null;
  readonly conflict: ConflictPolicy;
  readonly memoryFolder: string | null;
}

/** Atomic. A crash leaves the previous intent. */
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
  return {
    ...task,
    start: storeContent(task.start),
    ours: storeContent(task.ours),
    copies: task.copies.map(storeStep),
    main: task.main && storeStep(task.main),
  };
}

function storeStep({ target, before, after, temporary }: FileEdit): object {
  return { target, before: storeContent(before), after: storeContent(after), temporary };
}
