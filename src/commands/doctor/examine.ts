import { statSync } from 'node:fs';
import { attempt } from '../../system/attempt.js';
import { type Check, type DoctorContext, failureOf, type Finding, finding } from './check.js';
import { exchanges, kernelLocks, mounts } from './disks.js';
import { privateStateDir, sharedDir, sharedLinks, sharedNames, sharedPermissions, statePermissions } from './folders.js';
import { closedSessions, homeLinks, lostSessions, oldSessions, openSessions } from './sessions.js';
import { byHand, conflicts, lostSettings, memoryIndex, pathsIntoHomes, quarantined, sharedJson } from './shared-files.js';
import { client, clientLocks, hooks, system } from './system.js';

/** All checks, in the order of the report: problems that affect everything come first. */
export const CHECKS: readonly Check[] = [
  system,
  client,
  hooks,
  privateStateDir,
  statePermissions,
  kernelLocks,
  exchanges,
  mounts,
  sharedDir,
  sharedPermissions,
  sharedJson,
  pathsIntoHomes,
  lostSettings,
  quarantined,
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
export async function examine(context: DoctorContext, checks: readonly Check[] = CHECKS): Promise<Examined[]> {
  const found: Examined[] = [];
  for (const check of checks) {
    if (!isThere(context, check)) continue;
    const { name, fine } = check;
    const findings = await find(context, check);
    if (findings.length === 0 && fine !== undefined) found.push({ check: name, ...finding('ok', fine, null) });
    for (const each of findings) found.push({ check: name, ...each });
  }
  return found;
}

/** Whether the folder that the check needs exists. The check of that folder reports when it is missing. */
function isThere({ shared, stateDir }: DoctorContext, { needs }: Check): boolean {
  if (needs === undefined) return true;
  const stat = attempt(() => statSync(needs === 'shared dir' ? shared.dir : stateDir));
  return stat.status === 'fulfilled' && stat.value.isDirectory();
}

async function find(context: DoctorContext, check: Check): Promise<readonly Finding[]> {
  try {
    return await check.find(context);
  } catch (error) {
    const { message, hint } = failureOf(error);
    return [finding('error', message, hint ?? 'fix that, and run pclaudectl doctor again')];
  }
}
