import { mergeFailureLine } from '../launch/report-lines.js';
import type { ListedSession } from '../session/list.js';
import type { Manifest } from '../session/manifest.js';
import { setAsideIn, type SyncReport } from '../sync/report.js';
import { complain, print, printJson } from './output.js';

/** What became of a session, or would. */
export type Outcome = Done | { readonly state: 'running' } | { readonly state: 'failed'; readonly error: unknown };

interface Done {
  readonly state: 'merged' | 'rehearsed';
  readonly report: SyncReport;
  /** For people, on standard output. */
  readonly text: string;
  /** For other programs, beside the report. */
  readonly changes?: readonly object[];
}

/**
 * Does one thing to each session, in turn, and tells what came of it. One that runs, or fails, does not hold up the
 * others: it is a line on standard error, and the exit code is 1. Undefined is a session that is gone.
 */
export async function forEachSession(sessions: readonly ListedSession[], json: boolean, act: (manifest: Manifest) => Promise<Outcome | undefined>): Promise<void> {
  const results: object[] = [];
  for (const { manifest } of sessions) {
    const { id, branch } = manifest;
    const outcome = await attempt(async () => act(manifest));
    if (!outcome) continue;
    results.push({ id, branch, ...asJson(id, outcome) });
    if (outcome.state === 'running') complain(`session ${id} is still running; what it writes to memory is merged at once, the rest when it ends`);
    else if (outcome.state === 'failed') complain(mergeFailureLine(id, outcome.error));
    else if (!json) print(outcome.text);
  }
  if (json) printJson(results);
  else if (results.length === 0) print('nothing to merge\n');
}

async function attempt(act: () => Promise<Outcome | undefined>): Promise<Outcome | undefined> {
  try {
    return await act();
  } catch (error) {
    return { state: 'failed', error };
  }
}

function asJson(id: string, outcome: Outcome): object {
  if (outcome.state === 'running') return { state: 'running' };
  if (outcome.state === 'failed') return { state: 'failed', error: mergeFailureLine(id, outcome.error) };
  const { state, report, changes } = outcome;
  const files = [...report.memory, ...report.home].map(([path, pushed]) => ({ path, ...pushed }));
  return { state, files, setAside: setAsideIn(report), ...(changes && { changes }) };
}
