import { existsSync } from 'node:fs';
import type { SessionPaths } from '../session/paths.js';
import { realFiles } from '../sync/files.js';
import { readJournal } from '../sync/journal.js';
import { setAsideIn, type SyncReport } from '../sync/report.js';
import { report } from './report.js';
import { damagedLine, setAsideLine } from './report-lines.js';
import { summarize } from './summary.js';
import type { Voice } from './voice.js';

/** A session of which something is told. */
export interface ToldSession {
  readonly paths: SessionPaths;
  readonly branch: string | null;
  readonly verb: 'merged' | 'recovered';
}

/** Says what became of a session: what this sync merged, and what was merged of it before, from its journal. */
export function tell(voice: Voice, done: SyncReport, { paths, branch, verb }: ToldSession): void {
  if (voice === 'none') return;
  for (const path of setAsideIn(done)) report(setAsideLine(path));
  if (done.damaged) report(damagedLine(paths.id, paths.home));
  const { line, conflicts } = summarize({ entries: readJournal(realFiles, paths), branch, verb, exists: existsSync });
  if (line !== undefined && (voice === 'all' || conflicts > 0)) report(line);
}
