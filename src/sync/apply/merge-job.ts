import type { Change, MergePolicy, FileOutcome } from '../change.js';
import type { Aside, MovingBase, JournaledEdit } from './intent.js';
import type { MergeCandidate } from '../candidate.js';
import type { EditPlan } from './plan-edit.js';
import type { FileEdit } from './file-edit.js';

/** What is under way for one item. It takes another round as long as somebody else writes meanwhile. */
export interface MergeJob {
  readonly item: MergeCandidate;
  /** The item's own, until that is done; then that of a stranger, whose version we displaced and who is heard as well. */
  change: Change;
  policy: MergePolicy;
  aside: Aside | null;
  /** Whether it is the user's business. */
  readonly isTold: boolean;
  /** What this round is to do, and which base moves for it. */
  plan: EditPlan | null;
  base: MovingBase | null;
  state: { readonly name: 'open' } | { readonly name: 'done' } | { readonly name: 'failed'; readonly error: unknown };
  /** What earlier rounds have done. */
  readonly tasks: JournaledEdit[];
  pushed: FileOutcome;
}

export function newJob(item: MergeCandidate, { aside = null, isTold = true }: Partial<Pick<MergeJob, 'aside' | 'isTold'>> = {}): MergeJob {
  const { change, policy } = item;
  return { item, change, policy, aside, isTold, plan: null, base: null, state: { name: 'open' }, tasks: [], pushed: { outcome: 'unchanged' } };
}

export function isOpen({ state }: MergeJob): boolean {
  return state.name === 'open';
}

/** Throws what the first one that failed threw, if any. */
export function throwFailed(works: readonly MergeJob[]): void {
  for (const { state } of works) if (state.name === 'failed') throw state.error;
}

/** What this round does, as it is written down. */
export function journaledEditOf({ change, policy, aside, isTold, plan, base, item }: MergeJob): JournaledEdit[] {
  if (plan === null) return [];
  const { copies, main, pushed } = plan;
  const { place, base: start, ours } = change;
  const said: FileOutcome = isTold ? pushed : { outcome: 'unchanged' };
  return [{ place, copies, main, base, pushed: said, start, ours, conflict: policy.conflict, memoryFolder: item.memoryFolder, aside: aside?.path ?? null }];
}

/** The part of a task that stands although the rest was not done: copies belong to people once they are made. */
export function partOf(task: JournaledEdit, copies: readonly FileEdit[]): JournaledEdit[] {
  return copies.length === 0 ? [] : [{ ...task, copies, main: null, base: null, aside: null }];
}

/** What a task displaces. The stranger had read what we had read, so that is the base of it. */
export function asideOf({ place, main, conflict, memoryFolder }: JournaledEdit): Aside | null {
  if (main === null) return null;
  const { target, before, temporary } = main;
  // For a stranger's version there is no place but beside the file.
  return { place, target, path: temporary, base: before, conflict: conflict.keep === 'copy' ? conflict : { keep: 'aside' }, memoryFolder };
}

/** Notes that this round was carried out. `displaced`: what a stranger had written in the last moment. */
export function advance(work: MergeJob, displaced: Uint8Array | null): void {
  const [task] = journaledEditOf(work);
  if (!task) return;
  work.tasks.push(task);
  work.pushed = told(task.pushed, work.pushed);
  const aside = displaced === null ? null : asideOf(task);
  work.aside = aside;
  work.plan = null;
  work.base = null;
  if (aside === null) {
    work.state = { name: 'done' };
    return;
  }
  const { place, base, conflict } = aside;
  work.change = { place, target: work.change.target, base, ours: displaced };
  work.policy = { ...work.policy, conflict };
}

/**
 * What is said of a round, after what was said of the ones before it. What could not be merged matters more than what
 * could, and a round that had nothing to do says nothing.
 */
function told(now: FileOutcome, before: FileOutcome): FileOutcome {
  if (before.outcome === 'conflict' || now.outcome === 'unchanged') return before;
  if (now.outcome !== 'merged' || before.outcome !== 'merged') return now;
  return { ...before, ...now, decided: [...new Set([...before.decided, ...now.decided])] };
}
