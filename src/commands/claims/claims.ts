import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { resolve } from 'node:path';
import { listClaims, type Release, releaseAll, releasePaths } from '../../coordination/claims/claims.js';
import { type HeldClaim, type Holder, holderHere } from '../../coordination/claims/claim-store.js';
import { waitForClaim } from '../../coordination/claims/wait.js';
import { loadStateDir } from '../../session/session.js';
import { UserError } from '../../system/errors.js';
import { futureRealPath } from '../../system/fs/paths.js';
import { age } from '../../system/text.js';
import { note, print, printIfTerminal, printJson, terminalWidth } from '../output.js';
import { localTime, shown } from '../shown.js';
import { type Column, tableOf } from '../table.js';
import { timeoutOf, type WaitOptions, waitOptions } from '../waiting.js';

interface ClaimOptions extends WaitOptions {
  readonly pid?: number;
  readonly json?: true;
}

/** `pclaudectl claim` */
export function claimCommand(environment: NodeJS.ProcessEnv): Command {
  const command = new Command('claim')
    .description('claim files or folders for this session, or for the shell that runs the command; all of them or none')
    .addArgument(new Argument('<path...>', 'need not exist; a folder is claimed with all below it').argParser(claimedPath));
  for (const option of [...waitOptions('fail'), pidOption()]) command.addOption(option);
  return command.option('--json', 'what was claimed, as a JSON array').action(async (paths: readonly string[], options: ClaimOptions) => {
    const { stateDir, holder } = await claimantHere(environment, options.pid);
    const timeout = timeoutOf(options, 'fail');
    const line = (claim: HeldClaim): string => claimedLine(claim, requestedPath(paths, claim));
    const outcome = await waitForClaim(stateDir, holder, paths, { timeout, onLong: (claim) => note(`waiting: ${line(claim)}`) });
    if (outcome.state === 'refused') {
      throw new UserError('claimed', line(outcome.inTheWay[0]), timeout > 0 ? 'wait longer, or try again later' : 'to wait for it: --wait');
    }
    if (options.json === true) printJson(outcome.claims.map(claimJson));
  });
}

/** The requested path that a claim conflicts with. */
function requestedPath(paths: readonly string[], { path: claimed }: HeldClaim): string {
  return paths.find((path) => path === claimed || path.startsWith(`${claimed}/`) || claimed.startsWith(`${path}/`)) ?? claimed;
}

interface ReleaseOptions {
  readonly all?: true;
  readonly force?: true;
  readonly pid?: number;
}

/** `pclaudectl release` */
export function releaseCommand(environment: NodeJS.ProcessEnv): Command {
  const command = new Command('release')
    .description('take back claims of this session, or of the shell that runs the command')
    .addArgument(new Argument('[path...]', 'as it was claimed').argParser(claimedPath))
    .option('--all', 'all of them')
    .addOption(new Option('-f, --force', 'also those of others').conflicts('all'))
    .addOption(pidOption());
  return command.action(async (paths: readonly string[], { all, force, pid }: ReleaseOptions) => {
    if ((paths.length === 0) !== (all === true)) command.error('error: name the paths to release, or --all');
    const { stateDir, holder } = await claimantHere(environment, pid);
    if (all === true) await releaseAll(stateDir, holder);
    else throwRefused(await releasePaths(stateDir, holder, paths, force === true));
  });
}

function throwRefused(outcome: Release): void {
  if (outcome.state === 'refused')
    throw new UserError('claimed', claimedLine(outcome.claim, outcome.claim.path), 'to take it from them: --force');
  if (outcome.state !== 'unclaimed') return;
  const { path, covering } = outcome;
  if (covering) throw new UserError('not-claimed', claimedLine(covering, path), `release that: ${shown(covering.path)}`);
  throw new UserError('not-claimed', `no one has claimed ${shown(path)}`, 'pclaudectl claims lists what is claimed');
}

/** `pclaudectl claims` */
export function claimsCommand(environment: NodeJS.ProcessEnv): Command {
  return new Command('claims')
    .description('list what is claimed, and by whom')
    .option('--json', 'as a JSON array')
    .action(async ({ json }: { json?: true }) => {
      const claims = await listClaims(await loadStateDir(environment));
      if (json === true) printJson(claims.map(claimJson));
      else if (claims.length === 0) printIfTerminal('nothing is claimed');
      else print(claimTable(claims, Date.now(), terminalWidth()));
    });
}

/** The holder of new claims, and the state dir that records them. */
interface Claimant {
  readonly stateDir: string;
  readonly holder: Holder;
}

/** Throws `no-such-process`, `config-invalid`. */
async function claimantHere(environment: NodeJS.ProcessEnv, pid: number | undefined): Promise<Claimant> {
  const stateDir = await loadStateDir(environment);
  return { stateDir, holder: holderHere(environment, stateDir, pid) };
}

/** `--pid`, for a process other than the session or the parent of the command. */
function pidOption(): Option {
  return new Option('--pid <pid>', 'for this process, not for the session or the shell that runs the command').argParser((text) => {
    const pid = Number(text);
    if (!Number.isSafeInteger(pid) || pid <= 0) throw new InvalidArgumentError('The number of a process.');
    return pid;
  });
}

/** Collects arguments as real paths. */
function claimedPath(name: string, before: readonly string[] = []): string[] {
  if (name === '') throw new InvalidArgumentError('A path is not empty.');
  return [...before, futureRealPath(resolve(name))];
}

/** `… is claimed by session k3j2p0qa1x (feat/x) since …`. `path` is the requested path; the claim may be on a path above or below it. */
function claimedLine({ path: claimed, holder, since }: HeldClaim, path: string): string {
  const also = claimed === path ? '' : `, as ${shown(claimed)},`;
  return `${shown(path)} is claimed${also} by ${holderName(holder)} since ${localTime(since)}`;
}

function holderName(holder: Holder): string {
  if (holder.kind === 'process') return `process ${holder.pid}`;
  return holder.branch === null ? `session ${holder.id}` : `session ${holder.id} (${shown(holder.branch)})`;
}

const COLUMNS: readonly Column[] = [
  { heading: 'HOLDER' },
  { heading: 'BRANCH', least: 10 },
  { heading: 'AGE' },
  { heading: 'PATH', least: 18 },
];

/** Claims as a table for people; empty if there are none. `now` is in milliseconds since the epoch, `width` that of the terminal. */
export function claimTable(claims: readonly HeldClaim[], now: number, width?: number): string {
  return tableOf(
    COLUMNS,
    claims.map(({ path, holder, since }) => [...holderCells(holder), age(since, now), shown(path)]),
    width,
  );
}

/** For other programs; times as ISO 8601. */
export function claimJson({ path, holder, since }: HeldClaim): object {
  return { path, holder: holderJson(holder), since: new Date(since).toISOString() };
}

function holderCells(holder: Holder): string[] {
  return holder.kind === 'process' ? [`pid ${holder.pid}`, '-'] : [holder.id, shown(holder.branch ?? '-')];
}

/** Leaves out the start time of a process, whose format is internal. */
function holderJson(holder: Holder): object {
  return holder.kind === 'session' ? holder : { kind: holder.kind, pid: holder.pid };
}
