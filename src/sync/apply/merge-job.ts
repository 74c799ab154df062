import type { Change, FileOutcome, MergeCandidate, MergePolicy } from '../change.js';
import type { FileEdit } from './file-edit.js';
import type { JournaledEdit, MovingBase, OverwrittenVersion } from './intent.js';
import type { EditPlan } from './plan-edit.js';

/** One merge candidate on its way through a sync. It takes another attempt each time an external writer writes meanwhile. */
export interface MergeJob {
  readonly candidate: MergeCandidate;
  /** The candidate's own until that is merged; then that of an external writer whose version was overwritten, which is merged as well. */
  change: Change;
  policy: MergePolicy;
  /** The overwritten version that `change` merges; null while it is the candidate's own change. */
  overwritten: OverwrittenVersion | null;
  /** Whether its outcome is reported to the user. */
  readonly isReported: boolean;
  /** What this attempt is to do; null between attempts. */
  plan: JobPlan | null;
  state: { readonly name: 'open' } | { readonly name: 'done' } | { readonly name: 'failed'; readonly error: unknown };
  /** What earlier attempts have done. */
  readonly edits: JournaledEdit[];
  outcome: FileOutcome;
}

/** The file edits of one attempt, and the base that moves with them, if any. */
interface JobPlan extends EditPlan {
  readonly base: MovingBase | null;
}

/** `overwritten`: the version that a crash left, which the candidate merges. */
export function newJob(
  candidate: MergeCandidate,
  { overwritten = null, isReported = true }: Partial<Pick<MergeJob, 'overwritten' | 'isReported'>> = {},
): MergeJob {
  const { change, policy } = candidate;
  return {
    candidate,
    change,
    policy,
    overwritten,
    isReported,
    plan: null,
    state: { name: 'open' },
    edits: [],
    outcome: { outcome: 'unchanged' },
  };
}

export function isOpen({ state }: MergeJob): boolean {
  return state.name === 'open';
}

/** Throws the error of the first job that failed, if any. */
export function throwFailed(jobs: readonly MergeJob[]): void {
  for (const { state } of jobs) if (state.name === 'failed') throw state.error;
}

/** What this attempt does, as the intent holds it; null between attempts. */
export function journaledEditOf({ change, policy, overwritten, isReported, plan, candidate }: MergeJob): JournaledEdit | null {
  if (plan === null) return null;
  const { copies, main, base, outcome } = plan;
  const { place, base: start, ours } = change;
  return {
    place,
    copies,
    main,
    base,
    outcome: isReported ? outcome : { outcome: 'unchanged' },
    start,
    ours,
    conflict: policy.conflict,
    memoryFolder: candidate.memoryFolder ?? null,
    overwrittenFile: overwritten?.path ?? null,
  };
}

/** The part of an edit that stays although the rest was not applied: once a copy is made, it belongs to the user. */
export function partOf(edit: JournaledEdit, copies: readonly FileEdit[]): JournaledEdit[] {
  return copies.length === 0 ? [] : [{ ...edit, copies, main: null, base: null, overwrittenFile: null }];
}

/** The version that an edit overwrites. Its writer had read the same content as pclaude, so that is its base. */
export function overwrittenBy({ place, main, conflict, memoryFolder }: JournaledEdit): OverwrittenVersion | null {
  if (main === null) return null;
  const { target, before, temporary } = main;
  // An external writer's version can only be kept beside the file: no session has it.
  return {
    place,
    target,
    path: temporary,
    base: before,
    conflict: conflict.keep === 'copy' ? conflict : { keep: 'quarantine' },
    memoryFolder,
  };
}

/**
 * Records that this attempt was applied. `content`: what an external writer had written at the last moment, which the job merges next;
 * null: nothing, and the job is done.
 */
export function advance(job: MergeJob, content: Uint8Array | null): void {
  const edit = journaledEditOf(job);
  if (edit === null) return;
  job.edits.push(edit);
  job.outcome = combined(job.outcome, edit.outcome);
  job.plan = null;
  job.overwritten = content === null ? null : overwrittenBy(edit);
  if (job.overwritten === null) {
    job.state = { name: 'done' };
    return;
  }
  const { place, base, conflict } = job.overwritten;
  job.change = { place, target: job.change.target, base, ours: content };
  job.policy = { ...job.policy, conflict };
}

/** The outcome of all attempts. A conflict outweighs a merge, and an attempt that had nothing to do changes nothing. */
function combined(before: FileOutcome, now: FileOutcome): FileOutcome {
  if (before.outcome === 'conflict' || now.outcome === 'unchanged') return before;
  if (now.outcome !== 'merged' || before.outcome !== 'merged') return now;
  return { ...before, ...now, decided: [...new Set([...before.decided, ...now.decided])] };
}
