import { spawn } from 'node:child_process';
import { hasDaemon, isEnded } from '../../client/jobs.js';
import { bounded } from '../../system/attempt.js';
import { isRecord } from '../../system/json.js';
import { report } from '../../system/report.js';
import type { LaunchContext } from '../context.js';
import { notStarted, sharedEnvironment } from '../start.js';
import type { ConfigDir, LocatedJob, SessionConfigDir } from './find-job.js';
import { environmentIn, mergeIfClosed } from './in-home.js';

/** How many clients run at once. */
const AT_ONCE = 4;

/** The output and the exit code of a client. */
interface Answer extends Listing {
  readonly exitCode: number;
}

/**
 * Returns what `agents --json` prints for the shared dir and its sessions, joined to one list, and the first exit code that is not 0. Runs
 * the client only for sessions that have something to list. A session whose client prints no list is reported in one line and left out.
 * Throws `client-missing`.
 */
export async function listAll(
  launch: LaunchContext,
  jobs: readonly LocatedJob[],
  all: boolean,
): Promise<Pick<Answer, 'text' | 'exitCode'>> {
  const { client, args, environment, shared } = launch;
  const ask = async (home: string, own: NodeJS.ProcessEnv): Promise<Answer> => {
    const { stdout, exitCode } = await capture(client, args, own);
    return { home, text: stdout.toString('utf8'), exitCode };
  };
  const first = ask(shared.dir, sharedEnvironment(environment, process.pid));
  const others = bounded(sessionsToAsk(jobs, all), AT_ONCE, async (dir) => askSession(launch, dir, ask));
  const [own, answers] = await Promise.all([first, others]);
  const homes = new Map(jobs.map(({ id, dir }) => [id, dir.home]));
  const failed = [own, ...answers].find(({ exitCode }) => exitCode !== 0);
  return { text: unite(own, answers, (id) => homes.get(id)), exitCode: failed?.exitCode ?? 0 };
}

type Ask = (home: string, environment: NodeJS.ProcessEnv) => Promise<Answer>;

async function askSession(launch: LaunchContext, dir: SessionConfigDir, ask: Ask): Promise<Answer> {
  const { home, paths } = dir;
  const answer = await ask(home, environmentIn(launch, dir));
  if (!entriesIn(answer.text)) report(`the background sessions of session ${paths.id} cannot be listed; they are in ${home}`);
  // A newer client upgrades the files that it finds in a home.
  await mergeIfClosed(launch, paths.id);
  return answer;
}

/** Without `--all` the client lists jobs that work or wait for an answer, and jobs that have a process. */
function sessionsToAsk(jobs: readonly LocatedJob[], all: boolean): SessionConfigDir[] {
  const dirs = new Set(jobs.flatMap(({ dir }) => (dir.kind === 'session' ? [dir] : [])));
  const busy = new Set<ConfigDir>(jobs.filter((job) => !isEnded(job)).map(({ dir }) => dir));
  return [...dirs].filter((dir) => all || busy.has(dir) || hasDaemon(dir.home));
}

/** Counts the jobs in sessions that belong on the client's own screen, which shows only one config dir. */
export function countElsewhere(jobs: readonly LocatedJob[]): number {
  const others = jobs.filter((job) => job.dir.kind === 'session' && !isEnded(job));
  return others.filter(({ stage, dir }) => stage === 'waits' || hasDaemon(dir.home)).length;
}

interface Captured {
  readonly stdout: Buffer;
  readonly exitCode: number;
}

/**
 * Runs a client that only prints something, and returns its output. Its standard error is that of this process. The client gets the signals
 * of the terminal directly, and exits soon by itself. Throws `client-missing`.
 */
async function capture(program: string, args: readonly string[], environment: NodeJS.ProcessEnv): Promise<Captured> {
  const child = spawn(program, args, { env: environment, stdio: ['inherit', 'pipe', 'inherit'] });
  const parts: Buffer[] = [];
  child.stdout.on('data', (part: Buffer) => parts.push(part));
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(notStarted(program, error)));
    child.once('close', (code) => resolve({ stdout: Buffer.concat(parts), exitCode: code ?? 1 }));
  });
}

/** The output of `agents --json` in one config dir. */
interface Listing {
  readonly home: string;
  readonly text: string;
}

/**
 * Joins the lists of several config dirs to one, in the client's own form and order: by start time, the oldest first. The list of the
 * shared dir also has the sessions at terminals, which are recorded there only; the other lists add background jobs. `homeOf` returns the
 * home that counts for a job id that several lists have. Returns the text of the shared dir unchanged when it is not a list, or when the
 * result would be the same; any other text that is not a list adds nothing.
 */
export function unite(shared: Listing, others: readonly Listing[], homeOf: (id: string) => string | undefined): string {
  const whole = entriesIn(shared.text);
  if (!whole) return shared.text;
  const kept = whole.filter((entry) => [undefined, shared.home].includes(homeOf(jobId(entry) ?? '')));
  const added = others.flatMap(({ home, text }) => {
    return (entriesIn(text) ?? []).filter((entry) => homeOf(jobId(entry) ?? '') === home);
  });
  if (added.length === 0 && kept.length === whole.length) return shared.text;
  return `${JSON.stringify(
    [...kept, ...added].toSorted((one, other) => startOf(one) - startOf(other)),
    null,
    2,
  )}\n`;
}

/** Returns undefined for a text that is not a list. */
function entriesIn(text: string): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Returns undefined for a session at a terminal. */
function jobId(entry: unknown): string | undefined {
  return isRecord(entry) && entry['kind'] === 'background' && typeof entry['id'] === 'string' ? entry['id'] : undefined;
}

function startOf(entry: unknown): number {
  return isRecord(entry) && typeof entry['startedAt'] === 'number' ? entry['startedAt'] : 0;
}
