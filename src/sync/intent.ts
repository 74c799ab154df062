import type { ConflictPolicy, Pushed } from './change.js';
import { storeContent } from './content.js';
import type { Files } from './files.js';
import type { BasePlace } from './item.js';
import type { Step } from './step.js';

/**
 * What a sync is about to do, written down so that whoever comes after a crash can tell what was done, and complete it. It
 * is kept in the session's own folder (0600) for the milliseconds that it takes, since it holds the content of files.
 */
export interface Intent {
  /** Files that are being written: without meaning as long as no step names them. */
  readonly fresh: readonly string[];
  /** All of it is staged. */
  readonly tasks: readonly Task[];
  /** What earlier steps displaced, and what is not merged yet. */
  readonly asides: readonly Aside[];
}

/** What is done for one file, in this order. */
export interface Task {
  readonly place: string;
  readonly copies: readonly Step[];
  readonly main: Step | null;
  readonly base: MovingBase | null;
  readonly pushed: Pushed;
  /** What the session had started from. */
  readonly start: Uint8Array | null;
  readonly conflict: ConflictPolicy;
  /** The memory folder whose index is to tell of a conflict copy. */
  readonly memoryFolder: string | null;
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
export function writeIntent(files: Files, path: string, { fresh, tasks, asides }: Intent): void {
  const stored = {
    version: 1,
    fresh,
    tasks: tasks.map((task) => ({ ...task, start: storeContent(task.start), copies: task.copies.map(storeStep), main: task.main && storeStep(task.main) })),
    asides: asides.map((aside) => ({ ...aside, base: storeContent(aside.base) })),
  };
  files.writePrivate(path, Buffer.from(JSON.stringify(stored)));
}

function storeStep({ target, before, after, temporary }: Step): object {
  return { target, before: storeContent(before), after: storeContent(after), temporary };
}
