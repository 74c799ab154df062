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
  /** Temp files that are not needed any more, or not yet: they could not be removed, or are being written. */
  readonly tempFiles: readonly string[];
  /** All of these are staged. Which of them are applied, the files show. */
  readonly staged: readonly JournaledEdit[];
  /** Applied, but not logged yet, and their bases have not moved. */
  readonly done: readonly JournaledEdit[];
  /** Versions that edits overwrote and that are not merged yet. */
  readonly overwritten: readonly OverwrittenVersion[];
}

/** What is done for one file: the copies, the file itself and its base, in this order. */
export interface JournaledEdit {
  readonly place: string;
  readonly copies: readonly FileEdit[];
  readonly main: FileEdit | null;
  readonly base: MovingBase | null;
  readonly outcome: FileOutcome;
  /** The content that the session started from. */
  readonly start: Uint8Array | null;
  /** The session's version, which it made from `start`. */
  readonly ours: Uint8Array | null;
  readonly conflict: ConflictPolicy;
  /** The memory folder whose index is to mention a conflict copy; null outside memory. */
  readonly memoryFolder: string | null;
  /** The path of the overwritten version that this edit merges, a file that is not needed afterwards; null: it merges a session's version. */
  readonly overwrittenFile: string | null;
  /** It was made before changes that are logged already, and is only logged now. */
  readonly isLate?: boolean;
}

/** A base that the session's version replaces. `staged` holds that version already; null: the base is removed. */
export interface MovingBase extends BasePlace {
  readonly staged: string | null;
}

/** An external writer's version that a file edit overwrote. Its base is what that writer had read: the content before the edit. */
export interface OverwrittenVersion {
  readonly place: string;
  readonly target: string;
  /** The file that holds it. */
  readonly path: string;
  readonly base: Uint8Array | null;
  readonly conflict: ConflictPolicy;
  readonly memoryFolder: string | null;
}

/** Atomic. A crash leaves the previous intent. */
export function writeIntent(files: Files, path: string, intent: Intent): void {
  files.writePrivate(path, Buffer.from(JSON.stringify(storedIntent(intent))));
}

/** The stored form, version 1, which `readIntent` reads. Its keys stay as they are: another version of pclaude may have to complete it. */
function storedIntent({ id, tempFiles, staged, done, overwritten }: Intent): object {
  return {
    version: 1,
    id,
    loose: tempFiles,
    staged: staged.map(storedEdit),
    done: done.map(storedEdit),
    asides: overwritten.map(({ base, ...version }) => ({ ...version, base: storeContent(base) })),
  };
}

function storedEdit({ copies, main, outcome, start, ours, overwrittenFile, ...edit }: JournaledEdit): object {
  return {
    ...edit,
    copies: copies.map(storedFileEdit),
    main: main && storedFileEdit(main),
    pushed: outcome,
    start: storeContent(start),
    ours: storeContent(ours),
    aside: overwrittenFile,
  };
}

function storedFileEdit({ target, before, after, temporary }: FileEdit): object {
  return { target, before: storeContent(before), after: storeContent(after), temporary };
}
