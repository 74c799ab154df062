import type { Invocation } from '../../client/arguments.js';
import { hasDaemon } from '../../client/jobs.js';
import { ensurePrivateFolder } from '../../system/fs/folders.js';
import { report } from '../../system/report.js';
import type { LaunchContext } from '../context.js';
import { runOnShared } from '../start.js';
import { type ClientExit, endLike } from '../supervise.js';
import { choose, type ConfigDir, findJobs, type JobCommand, type LocatedJob, type SessionConfigDir } from './find-job.js';
import { runInHome, runWithoutLock } from './in-home.js';
import { countElsewhere, listAll } from './list.js';

/**
 * Runs a command about background jobs in the config dir that has them, because the client knows the jobs of one dir only. Ends this
 * process as the client ended. Throws `state-dir-unsafe`, and the errors of a launch.
 */
export async function runJobs(launch: LaunchContext, invocation: Extract<Invocation, { kind: 'agents' | 'job' }>): Promise<void> {
  const jobs = findJobs(launch.stateDir, launch.shared);
  // In a state dir that other users can write, the sessions cannot be trusted.
  if (jobs.some(({ dir }) => dir.kind === 'session')) ensurePrivateFolder(launch.config.stateDir);
  if (invocation.kind === 'job') await runCommand(launch, invocation, jobs);
  else if (invocation.json) await printList(launch, jobs, invocation.all);
  else await runScreen(launch, jobs);
}

async function printList(launch: LaunchContext, jobs: readonly LocatedJob[], all: boolean): Promise<void> {
  const { text, exitCode } = await listAll(launch, jobs, all);
  // A reader that closes the pipe early, such as `head`, is not an error.
  process.stdout.on('error', () => {}).write(text);
  process.exitCode = exitCode;
}

/** The client's own screen cannot show the jobs of several config dirs, so the others are only counted. */
async function runScreen(launch: LaunchContext, jobs: readonly LocatedJob[]): Promise<void> {
  const others = countElsewhere(jobs);
  if (others > 0 && process.stdout.isTTY && !launch.config.quiet) {
    const what = others === 1 ? 'session was' : 'sessions were';
    report(`${others} more background ${what} started by pclaude and cannot be shown here; see: pclaude agents --json`);
  }
  endLike(await runOnShared(launch));
}

async function runCommand(launch: LaunchContext, command: JobCommand, jobs: readonly LocatedJob[]): Promise<void> {
  const choice = choose(command, jobs, hasDaemon);
  switch (choice.kind) {
    case 'none':
      process.stderr.write(choice.text);
      process.exitCode = 1;
      return;
    case 'shared':
      return endLike(await runOnShared(launch));
    case 'one':
      return endLike(await runAt(launch, command, choice.dir, choice.id));
    case 'each': {
      const endings: ClientExit[] = [];
      for (const dir of choice.dirs) endings.push(await runAt(launch, command, dir));
      const failed = endings.find((ending) => ending.how === 'signal' || ending.code !== 0);
      return endLike(failed ?? { how: 'exit', code: 0 });
    }
  }
}

async function runAt(launch: LaunchContext, command: JobCommand, dir: ConfigDir, id?: string): Promise<ClientExit> {
  if (dir.kind === 'shared') return runOnShared(launch);
  if (command.word === 'logs') return runWithoutLock(launch, dir);
  return runInHome({ ...launch, args: argumentsIn(dir, launch.args, command, id) }, dir);
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
