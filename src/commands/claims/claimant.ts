import { resolve } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import { holderHere } from '../../coordination/claims/holder.js';
import type { HeldClaim, Holder } from '../../coordination/claims/lease.js';
import { loadConfig } from '../../config/config.js';
import { futureRealPath } from '../../system/fs/future-real-path.js';
import { localTime, shown } from '../output.js';

/** The holder of new claims, and the state dir that records them. */
export interface Claimant {
  readonly stateDir: string;
  readonly holder: Holder;
}

/** Throws `no-such-process`, `config-invalid`. */
export async function claimantHere(environment: NodeJS.ProcessEnv, pid: number | undefined): Promise<Claimant> {
  const stateDir = futureRealPath((await loadConfig(environment)).stateDir);
  return { stateDir, holder: holderHere(environment, stateDir, pid) };
}

/** `--pid`, for a process other than the session or the parent of the command. */
export function pidOption(): Option {
  return new Option('--pid <pid>', 'for this process, not for the session or the shell that runs the command').argParser((text) => {
    const pid = Number(text);
    if (!Number.isSafeInteger(pid) || pid <= 0) throw new InvalidArgumentError('The number of a process.');
    return pid;
  });
}

/** Collects arguments as real paths. */
export function claimedPath(name: string, before: readonly string[] = []): string[] {
  if (name === '') throw new InvalidArgumentError('A path is not empty.');
  return [...before, futureRealPath(resolve(name))];
}

/** `… is claimed by session k3j2p0qa1x (feat/x) since …`. `path` is the requested path; the claim may be on a path above or below it. */
export function claimedLine({ path: claimed, holder, since }: HeldClaim, path: string): string {
  const also = claimed === path ? '' : `, as ${shown(claimed)},`;
  return `${shown(path)} is claimed${also} by ${holderName(holder)} since ${localTime(since)}`;
}

function holderName(holder: Holder): string {
  if (holder.kind === 'process') return `process ${holder.pid}`;
  return holder.branch === null ? `session ${holder.id}` : `session ${holder.id} (${shown(holder.branch)})`;
}
