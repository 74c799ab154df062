import { ASIDE_SUFFIX } from '../platform/exchange.js';
import { sameBytes } from '../merge/bytes.js';
import { pushWorks } from './batch.js';
import type { Files } from './files.js';
import type { Aside, Task } from './intent.js';
import type { Item } from './item.js';
import type { Merger } from './merger.js';
import { unstage, wasApplied } from './step.js';
import { readIntent } from './stored-intent.js';
import { workOn } from './work.js';

/**
 * Completes what a crash has left of a sync, by its intent: what was written and not put in place goes, what was put in
 * place becomes the base, and what it displaced is merged. The caller holds the lock of the shared dir. A crash leaves it to
 * be done again.
 */
export async function resume(files: Files, merger: Merger): Promise<void> {
  const { intent: path } = merger.paths;
  const intent = readIntent(files, path);
  if (!intent) return files.remove(path);
  for (const fresh of intent.fresh) for (const name of [fresh, fresh + ASIDE_SUFFIX]) files.remove(name);
  const finished: Task[] = [];
  const asides = new Map(intent.asides.map((aside) => [aside.path, aside]));
  for (const task of intent.tasks) {
    if (!isDone(files, task)) {
      takeBack(files, task);
      continue;
    }
    if (task.base?.staged == null || files.kind(task.base.staged) !== null) finished.push(task);
    const aside = asideOf(files, task);
    if (aside) asides.set(aside.path, aside);
  }
  const works = [...asides.values()].flatMap((aside) => {
    const item = itemOf(files, merger, aside);
    return item ? [workOn(item, aside)] : [];
  });
  await pushWorks(files, merger, works, finished);
}

function isDone(files: Files, { copies, main }: Task): boolean {
  return [...copies, ...(main ? [main] : [])].every((step) => wasApplied(files, step) !== false);
}

/** The base first: without it nobody will take the task for done. */
function takeBack(files: Files, { copies, main, base }: Task): void {
  if (base?.staged != null) files.remove(base.staged);
  for (const step of [...copies, ...(main ? [main] : [])]) unstage(files, step);
}

/** What a step displaced and nobody has looked at yet; what it expected goes. */
function asideOf(files: Files, { place, main, copies, conflict, memoryFolder }: Task): Aside | null {
  for (const { temporary } of copies) files.remove(temporary);
  if (main === null) return null;
  const { target, before, temporary } = main;
  const applied = wasApplied(files, main);
  if (applied === false) return null;
  if (applied.displaced !== null && !sameBytes(applied.displaced, before)) return { place, target, path: temporary, base: before, conflict: conflict.keep === 'copy' ? conflict : { keep: 'aside' }, memoryFolder };
  files.remove(temporary);
  return null;
}

/** Null where it has been merged and removed by now. */
function itemOf(files: Files, { drivers }: Merger, { place, target, path, base, conflict, memoryFolder }: Aside): Item | null {
  const ours = files.read(path);
  return ours && { change: { place, target, base, ours }, policy: { drivers, conflict }, base: null, memoryFolder };
}
