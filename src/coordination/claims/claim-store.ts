import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { statusOf } from '../../session/list.js';
import { type Manifest, readManifest } from '../../session/manifest.js';
import { sessionPaths } from '../../session/paths.js';
import { sessionHere } from '../../session/session.js';
import { UserError } from '../../system/errors.js';
import { realFiles } from '../../system/files/real-files.js';
import { TEMPORARY_SUFFIX, writeAtomic } from '../../system/fs/atomic-write.js';
import { ensurePrivateFolder, makeFolder } from '../../system/fs/folders.js';
import { waitForKernelLock } from '../../system/kernel-lock.js';
import { processStart } from '../../system/process.js';

/** The owner of a claim. The claim ends with its holder. */
export type Holder =
  | { readonly kind: 'session'; readonly id: Manifest['id']; readonly branch: Manifest['branch'] }
  /** With the pid, `start` identifies the process for good; see `processStart`. */
  | { readonly kind: 'process'; readonly pid: number; readonly start: string };

export interface Claim {
  /** The real path of a file or a folder, which need not exist. A claim on a folder includes everything below it. */
  readonly path: string;
  /** In milliseconds since the epoch. */
  readonly since: number;
}

/** All claims of one holder. They are in one file, so that several paths are claimed atomically. */
export interface ClaimList {
  readonly version: 1;
  readonly holder: Holder;
  readonly claims: readonly Claim[];
}

/** One claim with its holder. */
export interface HeldClaim extends Claim {
  readonly holder: Holder;
}

/** Returns a key that identifies the holder, and names the file of its claims. */
export function keyOf(holder: Holder): string {
  // On macOS the start contains spaces and colons.
  return holder.kind === 'session' ? `session-${holder.id}` : `process-${holder.pid}-${holder.start.replaceAll(/\W+/g, '-')}`;
}

/** The claim lists of a state dir, for as long as their lock is held. */
interface ClaimStore {
  /** The lists of all live holders. */
  readonly lists: readonly ClaimList[];
  /** Replaces the holder's list; a list without claims is removed. Atomic: a crash leaves the old list or the new one. */
  readonly put: (list: ClaimList) => void;
}

/** How long the lock is waited for, in milliseconds. Each process holds it for milliseconds. */
const LOCK_TIMEOUT_MS = 20_000;

/** The folder with the claim lists and their lock. */
export function claimsFolder(stateDir: string): string {
  return join(stateDir, 'claims');
}

/**
 * Runs `act` on the claim lists of a state dir under one kernel lock. Creates the state dir if it is missing, and first removes those of
 * dead holders and the temp files of crashes. Throws `lock-busy`, `state-dir-unsafe`, and `claims-unreadable` for one that this version
 * does not understand: ignoring it could give one path to two holders.
 */
export async function withClaims<T>(stateDir: string, act: (store: ClaimStore) => T): Promise<T> {
  const folder = claimsFolder(ensurePrivateFolder(stateDir));
  makeFolder(folder);
  const lock = await waitForKernelLock(join(folder, 'lock'), { timeout: LOCK_TIMEOUT_MS, busy: claimsBusy });
  try {
    return act({ lists: cleanUp(stateDir, folder), put: (list) => writeClaims(folder, list) });
  } finally {
    lock.release();
  }
}

function claimsBusy(): UserError {
  return new UserError('lock-busy', 'another pclaudectl has locked the list of claims for a long time', 'try again later');
}

/** Whether no claim was ever made. */
export function hasNoClaims(stateDir: string): boolean {
  return !existsSync(claimsFolder(stateDir));
}

/** Removes the lists of dead holders and the temp files of crashes. Returns the other lists. */
function cleanUp(stateDir: string, folder: string): ClaimList[] {
  const names = realFiles.list(folder);
  for (const name of names) if (name.endsWith(TEMPORARY_SUFFIX)) realFiles.remove(join(folder, name));
  const lists = names.filter((name) => name.endsWith('.json')).map((name) => readClaims(join(folder, name)));
  const alive = lists.filter(({ holder }) => isAlive(stateDir, holder));
  for (const { holder } of lists.filter((list) => !alive.includes(list))) realFiles.remove(fileOf(folder, holder));
  return alive;
}

function writeClaims(folder: string, list: ClaimList): void {
  const file = fileOf(folder, list.holder);
  if (list.claims.length === 0) realFiles.remove(file);
  else writeAtomic(file, Buffer.from(`${JSON.stringify(list, null, 2)}\n`));
}

function fileOf(folder: string, holder: Holder): string {
  return join(folder, `${keyOf(holder)}.json`);
}

const holderSchema = v.variant('kind', [
  v.object({ kind: v.literal('session'), id: v.string(), branch: v.nullable(v.string()) }),
  v.object({ kind: v.literal('process'), pid: v.number(), start: v.string() }),
]);

const claimListSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ version: v.literal(1), holder: holderSchema, claims: v.array(v.object({ path: v.string(), since: v.number() })) }),
);

function readClaims(file: string): ClaimList {
  const result = v.safeParse(claimListSchema, readFileSync(file, 'utf8'));
  if (result.success) return result.output;
  throw new UserError(
    'claims-unreadable',
    `${file} is no claim that this version understands`,
    'update pclaude; or, if it is damaged, remove it',
  );
}

/**
 * Returns the holder for which a program claims: the session in which it was started, if that runs; else its parent process, such as a
 * shell. `pid` names another process instead. Throws `no-such-process`.
 */
export function holderHere(environment: NodeJS.ProcessEnv, stateDir: string, pid?: number): Holder {
  if (pid !== undefined) return processHolder(pid);
  const here = sessionHere(environment, stateDir);
  // A shell may outlive the session that started it. A claim of that session would be free at once.
  if (here === undefined || statusOf(here.manifest, here.paths) !== 'running') return processHolder(process.ppid);
  return { kind: 'session', id: here.manifest.id, branch: here.manifest.branch };
}

function processHolder(pid: number): Holder {
  const start = processStart(pid);
  if (start === undefined)
    throw new UserError('no-such-process', `there is no process ${pid} to claim for`, 'name one that runs, with --pid');
  return { kind: 'process', pid, start };
}

/**
 * Whether the claims of a holder are still valid. A process that is stopped is alive; a session is alive as long as any process of it runs.
 */
export function isAlive(stateDir: string, holder: Holder): boolean {
  if (holder.kind === 'process') return processStart(holder.pid) === holder.start;
  const paths = sessionPaths(stateDir, holder.id);
  const manifest = readManifest(paths.manifest);
  return manifest !== undefined && statusOf(manifest, paths) === 'running';
}
