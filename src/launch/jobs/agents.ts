import { sharedEnvironment } from '../environment.js';
import { report } from '../../system/report.js';
import { bounded } from '../../system/bounded.js';
import { hasDaemon } from '../../client/daemon.js';
import { isEnded } from '../../client/jobs.js';
import { capture } from './capture.js';
import { environmentIn, type JobRun, storeOf } from './job-run.js';
import type { PlacedJob, SessionPlace } from './places.js';
import { mergeIfClosed } from './take.js';
import { entriesIn, type Listing, unite } from './union.js';

/** So many clients run at once. */
const AT_ONCE = 4;

/** What a client has printed, and how it ended. */
interface Answer extends Listing {
  readonly exitCode: number;
}

/**
 * What `agents --json` prints of the shared dir and of its sessions, as one list, and the client's exit code, of several the
 * first that is not 0. Only sessions are asked that have something to list; one whose client fails is named in a line, and
 * left out. Throws `client-missing`.
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

async function askSession(run: JobRun, place: SessionPlace, ask: Ask): Promise<Answer> {
  const { home, paths } = place;
  const answer = await ask(home, environmentIn(run, place));
  if (!entriesIn(answer.text)) report(`the background sessions of session ${paths.id} cannot be listed; they are in ${home}`);
  // A newer client brings up to date what it finds.
  await mergeIfClosed(storeOf(run), paths.id);
  return answer;
}

/** Without `--all` the client lists what works or waits for an answer, and what has a process. */
function sessionsToAsk(jobs: readonly PlacedJob[], all: boolean): SessionPlace[] {
  const places = new Set(jobs.flatMap(({ place }) => (place.kind === 'session' ? [place] : [])));
  const busy = new Set(jobs.filter((job) => !isEnded(job)).map(({ place }) => place));
  return [...places].filter((place) => all || busy.has(place) || hasDaemon(place.home));
}

/** How many jobs of sessions the client's own screen would list if it could. */
export function countElsewhere(jobs: readonly PlacedJob[]): number {
  const others = jobs.filter((job) => job.place.kind === 'session' && !isEnded(job));
  return others.filter(({ stage, place }) => stage === 'waits' || hasDaemon(place.home)).length;
}
