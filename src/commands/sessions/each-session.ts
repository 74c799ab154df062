import type { SyncMode } from '../../config/config.js';
import type { ListedSession } from '../../session/list.js';
import type { Manifest } from '../../session/manifest.js';
import { type FileOutcome, quarantinedIn, type SyncReport } from '../../sync/change.js';
import { mergeFailureLine } from '../../sync/messages.js';
import { print, printJson, reportError } from '../output.js';

/** The outcome for one session, or the outcome that a dry run predicts. */
export type Outcome = Done | Dropped | { readonly state: 'running' } | { readonly state: 'failed'; readonly error: unknown };

interface Done {
  readonly state: 'merged' | 'dry-run';
  readonly report: SyncReport;
  /** For people, on standard output. */
  readonly text: string;
  /** For other programs, in addition to the report. */
  readonly changes?: readonly object[];
}

interface Dropped {
  /** `discarding`: the session still runs, and will be discarded when it ends. `closed`: there was nothing left to discard. */
  readonly state: 'discarded' | 'discarding' | 'closed';
  /** The files that were not merged. */
  readonly dropped: readonly string[];
  /** For people, on standard output. */
  readonly text: string;
}

/** The error line for a session, for people. */
type FailureLine = (id: string, error: unknown) => string;

/**
 * Applies `act` to each session in turn, and reports the outcomes. A session that runs or fails does not stop the others: it gets a line on
 * standard error, and the exit code is 1. `act` returns undefined for a session that is gone.
 */
export async function forEachSession(
  sessions: readonly ListedSession[],
  json: boolean,
  act: (manifest: Manifest) => Promise<Outcome | undefined>,
  failureLine: FailureLine = mergeFailureLine,
): Promise<void> {
  const results: object[] = [];
  for (const { manifest } of sessions) {
    const { id, branch, sync } = manifest;
    const outcome = await outcomeOf(async () => act(manifest));
    if (!outcome) continue;
    results.push({ id, branch, ...asJson(id, outcome, failureLine) });
    if (outcome.state === 'running') reportError(`session ${id} is still running; ${WHEN[sync]}`);
    else if (outcome.state === 'failed') reportError(failureLine(id, outcome.error));
    else if (!json) print(outcome.text);
  }
  if (json) printJson(results);
  else if (results.length === 0) print('nothing to merge\n');
}

/** When a running session is merged. */
const WHEN: Readonly<Record<SyncMode, string>> = {
  continuous: 'what it writes is merged within a second or so',
  exit: 'nothing of it is merged before it ends',
};

async function outcomeOf(act: () => Promise<Outcome | undefined>): Promise<Outcome | undefined> {
  try {
    return await act();
  } catch (error) {
    return { state: 'failed', error };
  }
}

function asJson(id: string, outcome: Outcome, failureLine: FailureLine): object {
  if (outcome.state === 'running') return { state: 'running' };
  if (outcome.state === 'failed') return { state: 'failed', error: failureLine(id, outcome.error) };
  if ('dropped' in outcome) return { state: outcome.state, dropped: outcome.dropped };
  const { state, report, changes } = outcome;
  const files = [...report.memory, ...report.home].map(([path, file]) => ({ path, ...fileAsJson(file) }));
  return {
    state,
    files,
    setAside: quarantinedIn(report),
    ...(report.readOnly && { readOnly: report.readOnly }),
    ...(report.left && { left: report.left }),
    ...(changes && { changes }),
  };
}

/** The JSON output calls a quarantined version `setAside`, as its list of all of them. */
function fileAsJson(file: FileOutcome): object {
  if (file.outcome !== 'merged' || file.quarantined === undefined) return file;
  const { quarantined, ...merged } = file;
  return { ...merged, setAside: quarantined };
}
