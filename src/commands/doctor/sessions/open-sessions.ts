import { isUserError } from '../../../system/errors.js';
import { systemErrorLine } from '../../../system/report-failure.js';
import type { Manifest } from '../../../session/manifest.js';
import type { SessionPaths } from '../../../session/paths.js';
import { statusOf } from '../../../session/list.js';
import { dryRunRecovery } from '../../../sync/close/ended.js';
import { realFiles } from '../../../system/files/real-files.js';
import { type Check, type Finding, finding, type DoctorContext } from '../check.js';
import { sessionsThatAre } from './seen-sessions.js';

/** Sessions that have ended and are not merged yet, that cannot be merged, or whose home or base is gone. */
export const openSessions: Check = {
  name: 'open-sessions',
  fine: 'no session waits to be merged',
  needs: 'state dir',
  async find(world) {
    const found = await Promise.all(
      sessionsThatAre('open', world.stateDir).map(async ({ paths, manifest }) => [
        ...damage(paths),
        ...(await waiting(world, manifest, paths)),
      ]),
    );
    return found.flat();
  },
};

function damage({ id, root, home, homeBase }: SessionPaths): Finding[] {
  const missing = [home, homeBase].find((folder) => realFiles.kind(folder) !== 'folder');
  if (missing === undefined) return [];
  const todo = `keep a copy of ${root} if you miss something, then: pclaudectl merge ${id}`;
  return [finding('error', 'has gone, so that not all of this session can be merged', todo, { path: missing, session: id })];
}

async function waiting(world: DoctorContext, manifest: Manifest, paths: SessionPaths): Promise<Finding[]> {
  const { id, branch } = manifest;
  if (statusOf(manifest, paths) !== 'unmerged') return [];
  const merge = `pclaudectl merge ${id}`;
  const failure = await failureOf(world, id);
  if (failure !== undefined) return [finding('error', `cannot be merged: ${failure}`, `fix that, then: ${merge}`, { session: id })];
  const brokenOff = realFiles.kind(paths.intent) === null ? 'is not merged yet' : 'a merge of it was broken off';
  return [
    finding(
      'warning',
      `${branch === null ? '' : `from ${branch}, `}has ended, and ${brokenOff}`,
      `the next pclaude does that; or now: ${merge}`,
      { session: id },
    ),
  ];
}

/** Why a merge would fail; undefined if a dry run succeeds. */
async function failureOf(store: DoctorContext, id: string): Promise<string | undefined> {
  try {
    await dryRunRecovery(realFiles, store, id);
    return undefined;
  } catch (error) {
    if (isUserError(error)) return error.message;
    const line = systemErrorLine(error);
    if (line === undefined) throw error;
    return line;
  }
}
