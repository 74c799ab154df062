import { realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { classify, type SessionInvocation } from '../client/arguments.js';
import { findClient, isClientRespawn, wrapperArgs } from '../client/find.js';
import { findSharedDir } from '../client/shared-dir.js';
import { type Config, loadConfig } from '../config/config.js';
import { loadLayout } from '../config/layout.js';
import { outsideSession } from '../session/environment.js';
import { UserError } from '../system/errors.js';
import { ensurePrivateFolder } from '../system/fs/folders.js';
import { futureRealPath } from '../system/fs/paths.js';
import { unsupported } from '../system/platform.js';
import { currentFolder } from '../system/process.js';
import { report } from '../system/report.js';
import { type ClientCommand, type LaunchContext, verbosityOf } from './context.js';
import { hasNewLogin } from './login.js';
import { askIfMistaken } from './mistaken.js';
import { runSession } from './run-session.js';
import { passOn, runOnShared, startedAsClient } from './start.js';
import { endLike } from './supervise.js';

/** What pclaude gets from its process. */
export interface ProcessInput {
  /** The arguments without node and the script. */
  readonly args: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** The path of the running script. */
  readonly program: string;
}

/** Runs the client as the arguments ask, and ends this process as the client ended. Throws `UserError`. */
export async function runPclaude(input: ProcessInput): Promise<void> {
  const problem = unsupported(process.platform);
  if (problem) throw problem;
  const program = realpathSync.native(input.program);
  const wrapped = wrapperArgs(input.args, program);
  if (wrapped && isClientRespawn(wrapped.args, input.environment)) {
    const client = wrapped.client ?? find(input, program, await loadConfig(input.environment));
    return passOn(client, wrapped.args, input.environment);
  }
  guardAgainstRecursion(input.environment);
  const cwd = currentFolder();
  const environment = outsideSession(input.environment, cwd ?? '/');
  const config = await loadConfig(environment);
  const command: ClientCommand = {
    client: wrapped?.client ?? find(input, program, config),
    args: wrapped?.args ?? input.args,
    environment,
    shared: findSharedDir(environment, cwd ?? '/'),
  };
  const invocation = classify(command.args);
  if (invocation.kind === 'management' || wrapped?.kind === 'script' || cwd === undefined) return endLike(await runOnShared(command));
  const launch: Omit<LaunchContext, 'stateDir' | 'verbosity'> = {
    ...command,
    config,
    layout: loadLayout(config.layout),
    programs: dirname(program),
  };
  if (invocation.kind !== 'session') {
    const { runJobs } = await import('./jobs/run-jobs.js');
    const stateDir = futureRealPath(config.stateDir);
    return runJobs({ ...launch, stateDir, verbosity: verbosityOf(config.quiet, false) }, invocation);
  }
  if (!wrapped) await askIfMistaken(command.args, invocation.print);
  const session = {
    ...launch,
    stateDir: ensurePrivateFolder(config.stateDir),
    verbosity: verbosityOf(config.quiet, invocation.print),
    invocation,
    cwd,
  };
  return takesOurSettings(invocation) && (await hasNewLogin(session)) ? runSession(session) : endLike(await runOnShared(command));
}

function find({ environment, program }: ProcessInput, self: string, { claudePath }: Config): string {
  return findClient({ environment, configured: claudePath, beside: dirname(program), self });
}

/** Throws `client-is-pclaude` when pclaude was started as the client, by itself or by a script that it took for the client. */
function guardAgainstRecursion(environment: NodeJS.ProcessEnv): void {
  if (startedAsClient(environment, process.ppid)) {
    throw new UserError(
      'client-is-pclaude',
      'the claude that pclaude found is pclaude itself',
      'point PCLAUDE_CLAUDE_PATH to the real claude',
    );
  }
}

/**
 * Whether pclaude can pass its own settings to the client; reports it when not. Without its hooks and rules a private home would only make
 * memory harder to reach.
 */
function takesOurSettings({ settingsOnInput }: SessionInvocation): boolean {
  if (settingsOnInput) report('settings come on standard input (--initialize-fields), so this runs without a private config dir');
  return !settingsOnInput;
}
