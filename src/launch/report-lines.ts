import { isKnownError } from '../platform/errors.js';
import { reasonOf } from '../platform/fs-error.js';
import type { SyncReport } from '../sync/report.js';

/** What a person must know of a sync: conflicts, and files that were set aside. Nothing when all went well. */
export function reportLines(report: SyncReport, branch: string | null): string[] {
  const conflicts = [...report.memory, ...report.home].filter(([, pushed]) => pushed.outcome === 'conflict');
  const from = branch === null ? '' : ` from ${branch}`;
  return [
    ...conflicts.map(([path, pushed]) =>
      pushed.outcome === 'conflict' && pushed.copy !== null
        ? `${path}${from} changed in two sessions; this session's version is kept as ${pushed.copy}`
        : `${path}${from} could not be merged and stays as it was; the session's version is kept in its session folder`,
    ),
    ...report.setAside.map((path) => `a settings file was not valid JSON; it is kept as ${path} and was rebuilt from what the session knew`),
  ];
}

/**
 * Why a session could not be merged. An error that we do not know keeps its stack, but it does not end us: the client's
 * own exit code must reach the caller.
 */
export function failureLine(id: string, error: unknown): string {
  const reason = isKnownError(error) ? error.message : reasonOf(error);
  const what = reason ?? (error instanceof Error ? (error.stack ?? error.message) : String(error));
  return `session ${id} could not be merged: ${what}; nothing is lost, the next launch of pclaude tries again`;
}
