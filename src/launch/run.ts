import { realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { loadLayout } from '../layout/layout.js';
import { findSharedDir, type SharedDir } from '../layout/shared-dir.js';
import { currentFolder } from '../platform/current-folder.js';
import { KnownError } from '../platform/errors.js';
import { reasonOf } from '../platform/fs-error.js';
import { ensurePrivateFolder } from '../platform/private-folder.js';
import { unsupported } from '../platform/supported.js';
import { createSession } from '../session/create.js';
import { outsideSession } from '../session/environment.js';
import { classify, type SessionInvocation } from './arguments.js';
import { findClient } from './client.js';
import { type Config, loadConfig } from './config.js';
import { mergeAlong } from './merge-along.js';
import { sessionEnvironment, sharedEnvironment, startedAsClient } from './environment.js';
import { handedClient, isSelfSpawn } from './handed.js';
import { hasNewLogin } from './login.js';
import { passOn } from './pass-on.js';
import { hookProgramBeside, planSession } from './plan.js';
import { report } from './report.js';
import { mergeOrphans } from './orphans.js';
import { type Ending, endLike, supervise } from './supervise.js';
import { voiceOf } from './voice.js';

/** What a run of pclaude is given by its process. */
export interface Run {
  /** Without node and the script. */
  readonly args: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** The running script. */
  readonly program: string;
}

/** Runs the client as the arguments say, and ends this process as the client ended. Throws `KnownError`. */
export async function runPclaude(given: Run): Promise<void> {
  const problem = unsupported(process.platform);
  if (problem) throw problem;
  const program = realpathSync.native(given.program);
  const handed = handedClient(given.args, program);
  if (handed && isSelfSpawn(handed.args, given.environment)) {
    const client = handed.client ?? find(given, program, await loadConfig(given.environment));
    return passOn(client, handed.args, given.environment);
  }
  refuseItself(given.environment);
  const cwd = currentFolder();
  const run: Run = { program, args: handed?.args ?? given.args, environment: outsideSession(given.environment, cwd ?? '/') };
  const configured = await loadConfig(run.environment);
  const client = handed?.client ?? find(given, program, configured);
  const invocation = classify(run.args);
  if (invocation.kind === 'management' || handed?.kind === 'script' || cwd === undefined) return runShared(run, client);
  const config = { ...configured, stateDir: ensurePrivateFolder(configured.stateDir) };
  const shared = findSharedDir(run.environment, cwd);
  const isolate = takesOurSettings(invocation) && (await hasNewLogin({ client, config, shared, environment: run.environment }));
  return isolate ? runSession(run, { config, client, shared, invocation, cwd }) : runShared(run, client);
}

function find({ environment, program }: Run, self: string, { claudePath }: Config): string {
  return findClient({ environment, configured: claudePath, beside: dirname(program), self });
}

async function runShared({ args, environment }: Run, client: string): Promise<void> {
  const { ending, release } = await start(client, args, sharedEnvironment(environment, process.pid), undefined);
  release();
  endLike(ending);
}

interface SessionRun {
  readonly config: Config;
  readonly client: string;
  readonly shared: SharedDir;
  readonly invocation: SessionInvocation;
  readonly cwd: string;
}

async function runSession(run: Run, { config, client, shared, invocation, cwd }: SessionRun): Promise<void> {
  const { environment, args } = run;
  const layout = loadLayout(config.layout);
  const voice = voiceOf(config.quiet, invocation.print);
  await mergeOrphans(config, layout, voice);
  const plan = planSession({ invocation, args, environment, cwd, shared, stateDir: config.stateDir, sync: config.sync, hookProgram: hookProgramBeside(run.program) });
  if (plan.manifest.sync !== config.sync) report('an administrator has set autoMemoryDirectory, so this session cannot hold its notes back: they are merged at once');
  const lock = createSession({ stateDir: config.stateDir, layout, ...plan });
  const started = start(client, plan.args, sessionEnvironment(environment, shared, plan.paths, process.pid), lock.descriptor);
  const merge = mergeAlong({ config, layout, plan, voice });
  try {
    await started;
  } finally {
    await merge();
  }
  const { ending, release } = await started;
  lock.release();
  release();
  endLike(ending);
}

async function start(client: string, args: readonly string[], environment: NodeJS.ProcessEnv, descriptor: number | undefined): Promise<{ ending: Ending; release: () => void }> {
  try {
    return await supervise({ program: client, args, environment, descriptor });
  } catch (error) {
    throw new KnownError('client-missing', `${client} does not start: ${reasonOf(error) ?? String(error)}`, 'reinstall Claude Code, or set PCLAUDE_CLAUDE_PATH', { cause: error });
  }
}

/** Says so where it does not. Without our hooks and rules a private home only makes memory harder to reach. */
function takesOurSettings({ settingsOnInput }: SessionInvocation): boolean {
  if (settingsOnInput) report('settings come on standard input (--initialize-fields), so this runs without a private config dir');
  return !settingsOnInput;
}

function refuseItself(environment: NodeJS.ProcessEnv): void {
  if (startedAsClient(environment, process.ppid)) {
    throw new KnownError('client-is-pclaude', 'the claude that pclaude found is pclaude itself', 'point PCLAUDE_CLAUDE_PATH to the real claude');
  }
}
