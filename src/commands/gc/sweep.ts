import { isUserError } from '../../system/errors.js';
import { systemErrorLine } from '../../system/report-failure.js';
import type { Store } from '../../session/session.js';

/** One kind of thing that grows old: finds what may go, and removes it unless this is a rehearsal, which writes nothing. */
export type Sweep = (scope: SweepScope) => Swept[];

export interface SweepScope {
  readonly store: Store;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly rehearsal: boolean;
}

/** One thing that is old enough to go, and what became of it. */
export interface Swept {
  /** For people; it stands in the middle of a line. */
  readonly name: string;
  /** The same for other programs. */
  readonly facts: object;
  /** How much is in it, or was. */
  readonly bytes: number;
  readonly outcome: Outcome;
}

export type Outcome =
  | { readonly state: 'removed' | 'removable' }
  /** `why`: with a way out, where there is one. */
  | { readonly state: 'kept'; readonly why: string }
  | { readonly state: 'failed'; readonly error: unknown };

/** What comes of it, or that it failed; undefined where there is nothing to do. */
export function attemptSweep(act: () => Outcome | undefined): Outcome | undefined {
  try {
    return act();
  } catch (error) {
    return { state: 'failed', error };
  }
}

/** What became of a thing, in one line without a newline. */
export function lineOf({ name, bytes, outcome }: Swept): string {
  if (outcome.state === 'failed') return `${name} could not be removed: ${reason(outcome.error)}`;
  if (outcome.state === 'kept') return `kept ${name}: ${outcome.why}`;
  return `${outcome.state === 'removed' ? 'removed' : 'would remove'} ${name}: ${size(bytes)}`;
}

/** The same for other programs. */
export function jsonOf(swept: Swept): object {
  const { facts, bytes, outcome } = swept;
  if (outcome.state === 'failed') return { ...facts, bytes, state: outcome.state, error: lineOf(swept) };
  return { ...facts, bytes, ...outcome };
}

/** A number of bytes as people read it, in powers of 1000. */
export function size(bytes: number): string {
  const exponent = UNITS.findLastIndex((_, at) => bytes >= 1000 ** (at + 1));
  const unit = UNITS[exponent];
  return unit === undefined ? `${bytes} B` : `${(bytes / 1000 ** (exponent + 1)).toFixed(1)} ${unit}`;
}

const UNITS = ['kB', 'MB', 'GB'];

function reason(error: unknown): string {
  if (isUserError(error)) return error.line;
  const what = systemErrorLine(error) ?? (error instanceof Error ? (error.stack ?? error.message) : String(error));
  return `${what}; try again with: pclaudectl gc --force`;
}
