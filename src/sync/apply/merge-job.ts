import type { Change, FileOutcome, MergeCandidate, MergePolicy } from '../change.js';
import type { FileEdit } from './file-edit.js';
import type { Aside, JournaledEdit, MovingBase } from './intent.js';
import type { EditPlan } from './plan-edit.js';

/** One merge candidate on its way through a sync. It takes another attempt each time an external writer writes meanwhile. */
export interface MergeJob {
  readonly item: MergeCandidate;
  /** The candidate's own until that is merged; then that of an external writer whose version was overwritten, which is merged as well. */
  change: Change;
  policy: MergePolicy;
  aside: Aside | null;
  /** Whether its outcome is reported to the user. */
  readonly isTold: boolean;
  /** What this attempt is to do, and which base moves with it. */
  plan: EditPlan | null;
  base: MovingBase | null;
  state: { readonly name: 'open' } | { readonly name: 'done' } | { readonly name: 'failed'; readonly error: unknown };
  /** What earlier attempts have done. */
  readonly tasks: JournaledEdit[];
  pushed: FileOutcome;
}

export function newJob(item: MergeCandidate, { aside = null, isTold = true }: Partial<Pick<MergeJob, 'aside' | 'isTold'>> = {}): MergeJob {
  const { change, policy } = item;
  return {
    item,
    change,
    policy,
    aside,
    isTold,
    plan: null,
    base: null,
    state: { name: 'open' },
    tasks: [],
    pushed: { outcome: 'unchanged' },
  };
}

export function isOpen({ state }: MergeJob): boolean {
  return state.name === 'open';
}

/** Throws the error of the first job that failed, if any. */
export function throwFailed(works: readonly MergeJob[]): void {
  for (const { state } of works) if (state.name === 'failed') throw state.error;
}

/** What this attempt does, as the intent holds it; empty without a plan. */
export function journaledEditOf({ change, policy, aside, isTold, plan, base, item }: MergeJob): JournaledEdit[] {
  if (plan === null) return [];
  const { copies, main, pushed } = plan;
  const { place, base: start, ours } = change;
  const said: FileOutcome = isTold ? pushed : { outcome: 'unchanged' };
  return [
    {
      place,
      copies,
      main,
      base,
      pushed: said,
      start,
      ours,
      conflict: policy.conflict,
      memoryFolder: item.memoryFolder,
      aside: aside?.path ?? null,
    },
  ];
}

/** The part of an edit that stays although the rest was not applied: once a copy is made, it belongs to the user. */
export function partOf(task: JournaledEdit, copies: readonly FileEdit[]): JournaledEdit[] {
  return copies.length === 0 ? [] : [{ ...task, copies, main: null, base: null, aside: null }];
}

/** The version that an edit overwrites. Its writer had read the same content as pclaude, so that is its base. */
export function asideOf({ place, main, conflict, memoryFolder }: JournaledEdit): Aside | null {
  if (main === null) return null;
  const { target, before, temporary } = main;
  // An external writer's version can only be kept beside the file: no session has it.
  return { place, target, path: temporary, base: before, conflict: conflict.keep === 'copy' ? conflict : { keep: 'aside' }, memoryFolder };
}

/** Notes that this attempt was applied. `displaced`: what an external writer had written at the last moment; null: nothing. */
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
 * The outcome of an attempt combined with the outcome of those before it. A conflict outweighs a merge, and an attempt that had nothing to
 * do changes nothing.
 */
function told(now: FileOutcome, before: FileOutcome): FileOutcome {
  if (before.outcome === 'conflict' || now.outcome === 'unchanged') return before;
  if (now.outcome !== 'merged' || before.outcome !== 'merged') return now;
  return { ...before, ...now, decided: [...new Set([...before.decided, ...now.decided])] };
}
