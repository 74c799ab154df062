import type { Store } from '../../session/session.js';
import { isUserError } from '../../system/errors.js';
import { systemErrorLine } from '../../system/report.js';
import { size } from '../shown.js';

/** Collects one kind of garbage: finds what is old enough, and removes it unless this is a dry run, which writes nothing. */
export type Collector = (scope: GcScope) => Garbage[];

export interface GcScope {
  readonly store: Store;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly dryRun: boolean;
}

/** One folder that is old enough to be removed, and the outcome. */
export interface Garbage {
  /** For people, as the middle of a line. */
  readonly name: string;
  /** The members that identify it in JSON, for other programs. */
  readonly facts: object;
  /** The size of its contents before the removal, in bytes. */
  readonly bytes: number;
  readonly outcome: Outcome;
}

export type Outcome =
  | { readonly state: 'removed' | 'removable' }
  /** `why` includes a hint if there is one. */
  | { readonly state: 'kept'; readonly why: string }
  | { readonly state: 'failed'; readonly error: unknown };

/** Runs `act`, and turns an error into an outcome; undefined if there is nothing to do. */
export function attemptRemoval(act: () => Outcome | undefined): Outcome | undefined {
  try {
    return act();
  } catch (error) {
    return { state: 'failed', error };
  }
}

/** The outcome in one line, without a newline. */
export function lineOf({ name, bytes, outcome }: Garbage): string {
  if (outcome.state === 'failed') return `${name} could not be removed: ${reason(outcome.error)}`;
  if (outcome.state === 'kept') return `kept ${name}: ${outcome.why}`;
  return `${outcome.state === 'removed' ? 'removed' : 'would remove'} ${name}: ${size(bytes)}`;
}

/** The outcome as JSON, for other programs. */
export function jsonOf(garbage: Garbage): object {
  const { facts, bytes, outcome } = garbage;
  if (outcome.state === 'failed') return { ...facts, bytes, state: outcome.state, error: lineOf(garbage) };
  return { ...facts, bytes, ...outcome };
}

/** What a dry run would remove: how many folders, and their size in bytes. */
export function removableIn(garbage: readonly Garbage[]): { readonly count: number; readonly bytes: number } {
  const removable = garbage.filter(({ outcome }) => outcome.state === 'removable');
  return { count: removable.length, bytes: removable.reduce((sum, { bytes }) => sum + bytes, 0) };
}

function reason(error: unknown): string {
  if (isUserError(error)) return error.line;
  const what = systemErrorLine(error) ?? (error instanceof Error ? (error.stack ?? error.message) : String(error));
  return `${what}; try again with: pclaudectl gc --force`;
}
