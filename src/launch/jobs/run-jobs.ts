import type { Invocation } from '../../client/arguments.js';
import { hasDaemon } from '../../client/jobs.js';
import { ensurePrivateFolder } from '../../system/fs/folders.js';
import { futureRealPath } from '../../system/fs/paths.js';
import { report } from '../../system/report.js';
import { runOnShared } from '../start.js';
import { type ClientExit, endLike } from '../supervise.js';
import { choose, type ConfigDir, findJobs, type JobCommand, type PlacedJob, type SessionConfigDir } from './find-job.js';
import { type JobRun, lookIntoHome, runInHome } from './in-home.js';
import { countElsewhere, listAll } from './list.js';

/**
 * Runs a command about background jobs in the config dir that has them, because the client knows the jobs of one dir only. Ends this
 * process as the client ended. Throws `state-dir-unsafe`, and the errors of a launch.
 */
export async function runJobs(given: JobRun, invocation: Extract<Invocation, { kind: 'agents' | 'job' }>): Promise<void> {
  const stateDir = futureRealPath(given.config.stateDir);
  const run: JobRun = { ...given, config: { ...given.config, stateDir } };
  const jobs = findJobs(stateDir, run.shared);
  // In a state dir that other users can write, the sessions cannot be trusted.
  if (jobs.some(({ place }) => place.kind === 'session')) ensurePrivateFolder(given.config.stateDir);
  if (invocation.kind === 'job') await runCommand(run, invocation, jobs);
  else if (invocation.json) await printList(run, jobs, invocation.all);
  else await runScreen(run, jobs);
}

async function printList(run: JobRun, jobs: readonly PlacedJob[], all: boolean): Promise<void> {
  const { text, exitCode } = await listAll(run, jobs, all);
  // A reader that closes the pipe early, such as `head`, is not an error.
  process.stdout.on('error', () => {}).write(text);
  process.exitCode = exitCode;
}

/** The client's own screen cannot show the jobs of several config dirs, so the others are only counted. */
async function runScreen(run: JobRun, jobs: readonly PlacedJob[]): Promise<void> {
  const others = countElsewhere(jobs);
  if (others > 0 && process.stdout.isTTY && !run.config.quiet) {
    const what = others === 1 ? 'session was' : 'sessions were';
    report(`${others} more background ${what} started by pclaude and cannot be shown here; see: pclaude agents --json`);
  }
  endLike(await runOnShared(run));
}

async function runCommand(run: JobRun, command: JobCommand, jobs: readonly PlacedJob[]): Promise<void> {
  const choice = choose(command, jobs, hasDaemon);
  switch (choice.kind) {
    case 'none':
      process.stderr.write(choice.text);
      process.exitCode = 1;
      return;
    case 'shared':
      return endLike(await runOnShared(run));
    case 'one':
      return endLike(await runAt(run, command, choice.place, choice.id));
    case 'each': {
      const endings: ClientExit[] = [];
      for (const place of choice.places) endings.push(await runAt(run, command, place));
      const failed = endings.find((ending) => ending.how === 'signal' || ending.code !== 0);
      return endLike(failed ?? { how: 'exit', code: 0 });
    }
  }
}

async function runAt(run: JobRun, command: JobCommand, place: ConfigDir, id?: string): Promise<ClientExit> {
  if (place.kind === 'shared') return runOnShared(run);
  if (command.word === 'logs') return lookIntoHome(run, place);
  return runInHome({ ...run, args: argumentsIn(place, run.args, command, id) }, place);
}

/**
 * Adds the settings of the session to `attach`. From an attached session the user can open the client's screen and start jobs there. These
 * get the settings that `attach` was given, and need those of the session. Behind an option the client recognizes the word only when a
 * whole id follows, so the id is written out.
 */
function argumentsIn(
  { paths }: SessionConfigDir,
  args: readonly string[],
  { word, rest }: JobCommand,
  id: string | undefined,
): readonly string[] {
  const before = args.slice(0, args.length - rest.length - 1);
  const given = before.some((arg) => arg === '--settings' || arg.startsWith('--settings='));
  if (word !== 'attach' || id === undefined || given) return args;
  return ['--settings', paths.settings, ...before, word, id, ...rest.slice(1)];
}
