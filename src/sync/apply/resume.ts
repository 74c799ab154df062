import { attempt, throwFirst } from '../../system/attempt.js';
import { sameBytes } from '../../system/content.js';
import { namesBeside } from '../../system/files/exchange.js';
import type { Files } from '../../system/files/files.js';
import type { MergeCandidate } from '../change.js';
import type { Merger } from '../merger.js';
import { discard } from './attempt-batch.js';
import { batchOf, runBatch } from './batch.js';
import { wasApplied } from './file-edit.js';
import { type Aside, type JournaledEdit, writeIntent } from './intent.js';
import { asideOf, newJob, partOf, throwFailed } from './merge-job.js';
import { readIntent } from './read-intent.js';

/**
 * Completes a sync that a crash or a failure interrupted, from its intent: what was staged but not applied is removed, what was applied
 * becomes the base, and the versions that it overwrote are merged. The caller holds the lock of the shared dir. Throws when some of it
 * remains; no other intent may be written then. A crash leaves it to be done again.
 */
export async function resume(merger: Merger): Promise<void> {
  const { files } = merger;
  const { intent: path } = merger.paths;
  const intent = readIntent(files, path);
  if (!intent) return files.remove(path);
  const fates = intent.staged.map((task) => fateOf(files, task));
  const done = [...intent.done, ...fates.flatMap((fate) => fate.done)];
  const merged = new Set(done.flatMap(({ aside }) => aside ?? []));
  const asides = [...intent.asides, ...fates.flatMap((fate) => fate.asides)].filter((aside) => !merged.has(aside.path));
  const loose = [...intent.loose, ...fates.flatMap((fate) => fate.loose), ...merged];
  // Once some of these files are removed, they no longer show which edits were applied.
  if (fates.length > 0) writeIntent(files, path, { id: intent.id, loose, staged: [], done, asides });
  const works = asides.flatMap((aside) => {
    const item = itemOf(merger, aside);
    return item ? [newJob(item, { aside })] : [];
  });
  const batch = batchOf(merger, works, { id: intent.id, done, loose });
  const discarded = attempt(() => discard(batch, loose));
  await runBatch(batch);
  throwFirst([discarded]);
  throwFailed(works);
}

/** What became of an edit that was staged. */
interface Fate {
  readonly done: readonly JournaledEdit[];
  readonly asides: readonly Aside[];
  readonly loose: readonly string[];
}

function fateOf(files: Files, task: JournaledEdit): Fate {
  const { copies, main, base } = task;
  const temporaries = [...copies, ...(main ? [main] : [])].map(({ temporary }) => temporary);
  const made = copies.filter((copy) => wasApplied(files, copy) !== false);
  // The main edit is applied last.
  const applied = main ? wasApplied(files, main) : made.length === copies.length && { displaced: null };
  if (applied === false) {
    const loose = [...temporaries.flatMap(namesBeside), ...(base?.staged == null ? [] : [base.staged])];
    return { done: partOf(task, made), asides: [], loose };
  }
  const aside = main && applied.displaced !== null && !sameBytes(applied.displaced, main.before) ? asideOf(task) : null;
  return { done: [task], asides: aside ? [aside] : [], loose: temporaries.filter((name) => name !== aside?.path) };
}

/** Null when it has been merged and removed already. */
function itemOf({ files, drivers }: Merger, { place, target, path, base, conflict, memoryFolder }: Aside): MergeCandidate | null {
  const ours = files.read(path);
  return ours && { change: { place, target, base, ours }, policy: { drivers, conflict }, base: null, memoryFolder };
}
