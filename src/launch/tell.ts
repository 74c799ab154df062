import { existsSync } from 'node:fs';
import { isatty } from 'node:tty';
import type { SessionPaths } from '../session/paths.js';
import type { Files } from '../sync/files.js';
import type { readJournal } from '../sync/journal.js';
import type { SyncReport } from '../sync/report.js';
import { report } from './report.js';
import { setAsideLine } from './report-lines.js';
import type { summarize } from './summary.js';

/** What may be said to the user. */
export type Voice =
  /** Whatever happened. */
  | 'all'
  /** Only conflicts and damage: nobody watches, or somebody reads our standard error. */
  | 'trouble'
  /** Nothing but failures. */
  | 'none';

/** Standard error belongs to scripts where no terminal is behind it, and where the client prints an answer. */
export function voiceOf(quiet: boolean, print: boolean): Voice {
  if (quiet) return 'none';
  return !print && isatty(2) ? 'all' : 'trouble';
}

/** A session of which something is told. */
export interface ToldSession {
  readonly paths: SessionPaths;
  readonly branch: string | null;
  readonly verb: 'merged' | 'recovered';
}

/** Says what became of a session: what this sync merged, and what was merged of it before, from its journal. */
export async function tell(voice: Voice, done: SyncReport, { paths, branch, verb }: ToldSession): Promise<void> {
  if (voice === 'none') return;
  for (const path of done.setAside) report(setAsideLine(path));
  if (!existsSync(paths.journal)) return;
  const telling = await loadTelling();
  const entries = telling.readJournal(telling.realFiles, paths);
  const { line, conflicts } = telling.summarize({ entries, branch, verb, exists: existsSync });
  if (line !== undefined && (voice === 'all' || conflicts > 0)) report(line);
}

interface Telling {
  readonly readJournal: typeof readJournal;
  readonly realFiles: Files;
  readonly summarize: typeof summarize;
}

/** Loads what `tell` needs. */
export async function loadTelling(): Promise<Telling> {
  const [journal, files, summary] = await Promise.all([import('../sync/journal.js'), import('../sync/files.js'), import('./summary.js')]);
  return { readJournal: journal.readJournal, realFiles: files.realFiles, summarize: summary.summarize };
}
