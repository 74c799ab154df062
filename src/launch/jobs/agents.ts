import { sharedEnvironment } from '../environment.js';
import { report } from '../../system/report.js';
import { bounded } from '../../system/bounded.js';
import { hasDaemon } from '../../client/daemon.js';
import { isEnded } from '../../client/jobs.js';
import { capture } from './capture.js';
import { environmentIn, type JobRun, storeOf } from './job-run.js';
import type { PlacedJob, SessionConfigDir } from './places.js';
import { mergeIfClosed } from './take.js';
import { entriesIn, type Listing, unite } from './union.js';

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
export async function listAll(run: JobRun, jobs: readonly PlacedJob[], all: boolean): Promise<Pick<Answer, 'text' | 'exitCode'>> {
  const { client, args, environment, shared } = run;
  const ask = async (home: string, own: NodeJS.ProcessEnv): Promise<Answer> => {
    const { stdout, exitCode } = await capture(client, args, own);
    return { home, text: stdout.toString('utf8'), exitCode };
  };
  const first = ask(shared.dir, sharedEnvironment(environment, process.pid));
  const others = bounded(sessionsToAsk(jobs, all), AT_ONCE, async (place) => askSession(run, place, ask));
  const [own, answers] = await Promise.all([first, others]);
  const homes = new Map(jobs.map(({ id, place }) => [id, place.home]));
  const failed = [own, ...answers].find(({ exitCode }) => exitCode !== 0);
  return { text: unite(own, answers, (id) => homes.get(id)), exitCode: failed?.exitCode ?? 0 };
}

type Ask = (home: string, environment: NodeJS.ProcessEnv) => Promise<Answer>;

async function askSession(run: JobRun, place: SessionConfigDir, ask: Ask): Promise<Answer> {
  const { home, paths } = place;
  const answer = await ask(home, environmentIn(run, place));
  if (!entriesIn(answer.text)) report(`the background sessions of session ${paths.id} cannot be listed; they are in ${home}`);
  // A newer client upgrades the files that it finds in a home.
  await mergeIfClosed(storeOf(run), paths.id);
  return answer;
}

/** Without `--all` the client lists jobs that work or wait for an answer, and jobs that have a process. */
function sessionsToAsk(jobs: readonly PlacedJob[], all: boolean): SessionConfigDir[] {
  const places = new Set(jobs.flatMap(({ place }) => (place.kind === 'session' ? [place] : [])));
  const busy = new Set(jobs.filter((job) => !isEnded(job)).map(({ place }) => place));
  return [...places].filter((place) => all || busy.has(place) || hasDaemon(place.home));
}

/** Counts the jobs in sessions that belong on the client's own screen, which shows only one config dir. */
export function countElsewhere(jobs: readonly PlacedJob[]): number {
  const others = jobs.filter((job) => job.place.kind === 'session' && !isEnded(job));
  return others.filter(({ stage, place }) => stage === 'waits' || hasDaemon(place.home)).length;
}
