import { existsSync } from 'node:fs';
import { Command, Option } from 'commander';
import { summarize } from '../../sync/messages/summary.js';
import { readOnlyLine, quarantinedLine } from '../../sync/messages/report-lines.js';
import { UserError } from '../../system/errors.js';
import { type ListedSession, listSessions, type Sessions, type UnreadableSession } from '../../session/list.js';
import type { Store } from '../../session/session.js';
import { unreadableWords } from '../../session/unreadable.js';
import { recoverSession } from '../../sync/close/ended.js';
import { realFiles } from '../../system/files/real-files.js';
import { entryOf } from '../../sync/messages/journal.js';
import { quarantinedIn, type SyncReport } from '../../sync/report.js';
import { loadStore } from '../../session/from-environment.js';
import { discardAll, droppedText } from './discard.js';
import { forEachSession } from '../each-session.js';
import { findNamed } from '../named-session.js';
import { complain, shown } from '../output.js';
import { dryRunAll } from './dry-run.js';

interface Options {
  readonly all?: true;
  readonly discard?: true;
  readonly dryRun?: true;
  readonly json?: true;
}

/** `pclaudectl merge` */
export function mergeCommand(environment: NodeJS.ProcessEnv): Command {
  return new Command('merge')
    .description('merge sessions that have ended: those that were killed before they were merged, or the ones named')
    .argument('[session...]', 'ids as in `pclaudectl sessions`, or the start of one')
    .option('--all', 'look through the closed ones again, too')
    .option('-n, --dry-run', 'show what would change, and change nothing')
    .addOption(new Option('--discard', 'throw away what the named sessions have changed and is not merged').conflicts(['all', 'dryRun']))
    .option('--json', 'as a JSON array')
    .action(async (named: string[], options: Options) => {
      const store = await loadStore(environment);
      if (options.discard === true && named.length === 0)
        throw new UserError('not-discarded', '--discard needs the id of a session', 'see: pclaudectl sessions');
      const listed = listSessions(store.stateDir);
      const chosen = choose(listed, named, options.all === true);
      if (options.discard === true) await discardAll(store, chosen, options.json === true);
      else if (options.dryRun === true) await dryRunAll(store, chosen, options.json === true);
      else await mergeAll(store, chosen, options.json === true);
      if (named.length === 0) for (const each of passedOver(listed, options.all === true)) complain(unreadableLine(each));
    });
}

/** The named sessions, or else all that have ended and are not merged. Throws `no-such-session`. */
function choose(listed: Sessions<ListedSession>, named: readonly string[], all: boolean): ListedSession[] {
  if (named.length > 0) return named.map((name) => findNamed(listed, name));
  return listed.sessions.filter(({ status }) => status === 'unmerged' || (all && status === 'closed'));
}

/** Sessions that cannot be merged because their manifests cannot be read; without `all`, only those that are marked as unmerged. */
function passedOver({ unreadable }: Sessions<ListedSession>, all: boolean): UnreadableSession[] {
  return unreadable.filter(({ paths }) => all || existsSync(paths.openMark));
}

function unreadableLine({ paths, unreadable }: UnreadableSession): string {
  return `session ${paths.id} was not merged: ${unreadableWords(unreadable)}; see: pclaudectl doctor`;
}

async function mergeAll(store: Store, sessions: readonly ListedSession[], json: boolean): Promise<void> {
  await forEachSession(sessions, json, async (manifest) => {
    const { id, branch } = manifest;
    const merged = await recoverSession(realFiles, store, id);
    // The user asked for that while the session ran.
    if (merged?.state === 'discarded') return { ...merged, text: droppedText(store, manifest, merged.dropped) };
    return merged?.state === 'merged' ? { ...merged, text: textOf(id, branch, merged.report) } : merged;
  });
}

function textOf(id: string, branch: string | null, report: SyncReport): string {
  const { memory, home } = report;
  const entries = [...memory, ...home]
    .filter(([, pushed]) => pushed.outcome !== 'unchanged')
    .map(([path, pushed]) => entryOf(path, pushed));
  const { line } = summarize({ entries, branch, verb: 'merged', exists: () => true });
  const readOnly = report.readOnly === undefined ? [] : [readOnlyLine(id, report.readOnly)];
  const told = [
    ...quarantinedIn(report).map((path) => quarantinedLine(shown(path))),
    ...readOnly,
    ...(report.left ?? []).map(shown),
    ...(line === undefined ? [] : [line]),
  ];
  return (told.length === 0 ? ['nothing to merge'] : told).map((text) => `${id}: ${text}\n`).join('');
}
