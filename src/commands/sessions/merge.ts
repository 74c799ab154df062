import { Command, Option } from 'commander';
import { existsSync } from 'node:fs';
import { type ListedSession, listSessions, type Sessions, type UnreadableSession, unreadableWords } from '../../session/list.js';
import type { Manifest } from '../../session/manifest.js';
import { sessionPaths } from '../../session/paths.js';
import { loadStore, type Store } from '../../session/session.js';
import { quarantinedIn, type SyncReport } from '../../sync/change.js';
import { decideEnding } from '../../sync/close/discard.js';
import { discardEnded, dryRunRecovery, recoverSession } from '../../sync/close/recover-session.js';
import { entryOf } from '../../sync/journal.js';
import { secretPaths } from '../../sync/merger.js';
import { discardedLine, discardFailureLine, quarantinedLine, readOnlyLine, summarize } from '../../sync/messages.js';
import { UserError } from '../../system/errors.js';
import type { Files } from '../../system/files/files.js';
import { realFiles } from '../../system/files/real-files.js';
import { sessionNamed } from '../named.js';
import { reportError } from '../output.js';
import { coloured, keysOf, patchOf } from '../patch.js';
import { shown } from '../shown.js';
import { forEachSession, type Outcome } from './each-session.js';

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
      const chosen = chosenSessions(listed, named, options.all === true);
      const act = options.discard === true ? discardAll : options.dryRun === true ? dryRunAll : mergeAll;
      await act(store, chosen, options.json === true);
      if (named.length === 0) for (const each of unreadableSessions(listed, options.all === true)) reportError(unreadableLine(each));
    });
}

/** The named sessions, or else all that have ended and are not merged. Throws `no-such-session`. */
function chosenSessions(listed: Sessions<ListedSession>, named: readonly string[], all: boolean): ListedSession[] {
  if (named.length > 0) return named.map((name) => sessionNamed(listed, name));
  return listed.sessions.filter(({ status }) => status === 'unmerged' || (all && status === 'closed'));
}

/** Sessions that cannot be merged because their manifests cannot be read; without `all`, only those that are marked as unmerged. */
function unreadableSessions({ unreadable }: Sessions<ListedSession>, all: boolean): UnreadableSession[] {
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
    return merged?.state === 'merged' ? { ...merged, text: mergedText(id, branch, merged.report) } : merged;
  });
}

function mergedText(id: string, branch: string | null, report: SyncReport): string {
  const { memory, home } = report;
  const entries = [...memory, ...home].filter(([, file]) => file.outcome !== 'unchanged').map(([path, file]) => entryOf(path, file));
  const { line } = summarize({ entries, branch, verb: 'merged', exists: () => true });
  const readOnly = report.readOnly === undefined ? [] : [readOnlyLine(id, report.readOnly)];
  const lines = [
    ...quarantinedIn(report).map((path) => quarantinedLine(shown(path))),
    ...readOnly,
    ...(report.left ?? []).map(shown),
    ...(line === undefined ? [] : [line]),
  ];
  return (lines.length === 0 ? ['nothing to merge'] : lines).map((text) => `${id}: ${text}\n`).join('');
}

/** Discards sessions: ended ones now, and running ones that are held back when they end. */
async function discardAll(store: Store, sessions: readonly ListedSession[], json: boolean): Promise<void> {
  await forEachSession(sessions, json, async (manifest) => discard(store, manifest), discardFailureLine);
}

/** The line about a discarded session. */
function droppedText({ stateDir }: Store, { id, branch }: Manifest, dropped: readonly string[]): string {
  return `${id}: ${discardedLine(dropped, branch, shown(sessionPaths(stateDir, id).root)) ?? 'nothing to discard'}\n`;
}

async function discard(store: Store, manifest: Manifest): Promise<Outcome | undefined> {
  const { id } = manifest;
  const done = await discardEnded(realFiles, store, id);
  if (!done || done.state === 'running') return done && discardLater(store, manifest);
  const dropped = done.state === 'discarded' ? done.dropped : [];
  return { state: done.state, dropped, text: droppedText(store, manifest, dropped) };
}

/** Throws `not-discarded`. */
function discardLater({ stateDir }: Store, { id, sync }: Manifest): Outcome {
  if (sync === 'continuous') {
    throw new UserError(
      'not-discarded',
      'it is running, and what it writes is merged at once',
      'only a session that was started with PCLAUDE_SYNC=exit can be discarded while it runs',
    );
  }
  if (decideEnding(realFiles, sessionPaths(stateDir, id), 'discard') === 'merge') {
    throw new UserError('not-discarded', 'it has just ended, and is being merged', 'see what came of it with: pclaudectl sessions --all');
  }
  return { state: 'discarding', dropped: [], text: `${id}: will be discarded when it ends\n` };
}

/** Shows what merging these sessions, one after the other, would change. Changes nothing. */
async function dryRunAll(store: Store, sessions: readonly ListedSession[], json: boolean): Promise<void> {
  // Each dry run sees the files as the previous ones would leave them.
  let files: Files = realFiles;
  await forEachSession(sessions, json, async ({ id, branch, shared }) => {
    const predicted = await dryRunRecovery(files, store, id);
    if (predicted?.state !== 'dry-run') return predicted;
    const isSecret = secretPaths(realFiles, store.layout, shared);
    const changes = predicted.changes.map((change) => ({
      path: change.path,
      patch: isSecret(change.path) ? keysOf(change) : patchOf(change),
    }));
    ({ files } = predicted);
    const title = `session ${id}${branch === null ? '' : ` from ${branch}`}${changes.length === 0 ? ': nothing to merge' : ''}\n`;
    const patches = changes.map(({ patch }) => coloured(patch));
    return { state: 'dry-run', report: predicted.report, text: [title, ...patches].join(''), changes };
  });
}
