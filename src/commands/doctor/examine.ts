import { statSync } from 'node:fs';
import { isUserError } from '../../system/errors.js';
import { systemErrorLine } from '../../system/report-failure.js';
import { attempt } from '../../system/attempt.js';
import { byHand } from './by-hand.js';
import { type Check, type Finding, finding, type DoctorContext } from './check.js';
import { client } from './system/client.js';
import { clientLocks } from './system/client-locks.js';
import { closedSessions } from './sessions/closed-sessions.js';
import { conflicts } from './shared/conflicts.js';
import { exchanges } from './system/exchanges.js';
import { homeLinks } from './sessions/home-links.js';
import { hooks } from './system/hooks.js';
import { kernelLocks } from './system/kernel-locks.js';
import { lostSessions } from './sessions/lost-sessions.js';
import { memoryIndex } from './shared/memory-index.js';
import { mounts } from './system/mounts.js';
import { oldSessions } from './sessions/old-sessions.js';
import { openSessions } from './sessions/open-sessions.js';
import { namedHomes } from './shared/session-paths.js';
import { setAside } from './shared/set-aside.js';
import { sharedDir } from './shared/shared-dir.js';
import { lostSettings, sharedJson } from './shared/shared-json.js';
import { sharedLinks } from './shared/shared-links.js';
import { sharedNames } from './shared/shared-names.js';
import { sharedPermissions } from './shared/shared-permissions.js';
import { stateDir } from './system/state-dir.js';
import { statePermissions } from './system/state-permissions.js';
import { system } from './system/system.js';

/** All checks, in the order of the report: problems that affect everything come first. */
export const CHECKS: readonly Check[] = [
  system,
  client,
  hooks,
  stateDir,
  statePermissions,
  kernelLocks,
  exchanges,
  mounts,
  sharedDir,
  sharedPermissions,
  sharedJson,
  namedHomes,
  lostSettings,
  setAside,
  conflicts,
  memoryIndex,
  sharedNames,
  sharedLinks,
  clientLocks,
  openSessions,
  homeLinks,
  closedSessions,
  lostSessions,
  byHand,
  oldSessions,
];

/** A finding, and the name of its check. */
export interface Examined extends Finding {
  readonly check: string;
}

/** Runs the checks one after the other. A check without findings yields one finding with level `ok`. Throws unexpected errors. */
export async function examine(world: DoctorContext, checks: readonly Check[] = CHECKS): Promise<Examined[]> {
  const found: Examined[] = [];
  for (const check of checks) {
    if (!isThere(world, check)) continue;
    const findings = await find(world, check);
    for (const each of findings.length === 0 ? [finding('ok', check.fine, null)] : findings) found.push({ check: check.name, ...each });
  }
  return found;
}

/** Whether the folder that the check needs exists. The check of that folder reports when it is missing. */
function isThere({ shared, stateDir: folder }: DoctorContext, { needs }: Check): boolean {
  if (needs === undefined) return true;
  const stat = attempt(() => statSync(needs === 'shared dir' ? shared.dir : folder));
  return stat.status === 'fulfilled' && stat.value.isDirectory();
}

async function find(world: DoctorContext, check: Check): Promise<readonly Finding[]> {
  try {
    return await check.find(world);
  } catch (error) {
    return [failureOf(error)];
  }
}

function failureOf(error: unknown): Finding {
  if (isUserError(error)) return finding('error', error.message, error.hint);
  const line = systemErrorLine(error);
  if (line === undefined) throw error;
  return finding('error', line, 'fix that, and run pclaudectl doctor again');
}
