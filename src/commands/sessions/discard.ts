import { discardFailureLine } from '../../sync/messages/report-lines.js';
import { discardedLine } from '../../sync/messages/summary.js';
import { UserError } from '../../system/errors.js';
import type { ListedSession } from '../../session/list.js';
import type { Manifest } from '../../session/manifest.js';
import { sessionPaths } from '../../session/paths.js';
import type { Store } from '../../session/session.js';
import { discardEnded } from '../../sync/close/ended.js';
import { decideEnding } from '../../sync/close/ending.js';
import { realFiles } from '../../system/files/real-files.js';
import { forEachSession, type Outcome } from '../each-session.js';
import { shown } from '../output.js';

/** Discards sessions: ended ones now, and running ones that are held back when they end. */
export async function discardAll(store: Store, sessions: readonly ListedSession[], json: boolean): Promise<void> {
  await forEachSession(sessions, json, async (manifest) => discard(store, manifest), discardFailureLine);
}

/** The line about a discarded session. */
export function droppedText({ stateDir }: Store, { id, branch }: Manifest, dropped: readonly string[]): string {
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
