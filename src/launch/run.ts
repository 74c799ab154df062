import { realpathSync } from 'node:fs';
import { loadLayout } from '../layout/layout.js';
import { findSharedDir, type SharedDir } from '../layout/shared-dir.js';
import { currentFolder } from '../platform/current-folder.js';
import { KnownError } from '../platform/errors.js';
import { ensurePrivateFolder } from '../platform/private-folder.js';
import { thisMoment } from '../platform/process-age.js';
import { unsupported } from '../platform/supported.js';
import { createSession } from '../session/create.js';
import { classify, type Invocation } from './arguments.js';
import { findClient } from './client.js';
import { type Config, loadConfig } from './config.js';
import { mergeAlong } from './merge-along.js';
import { sessionEnvironment, startedAsClient } from './environment.js';
import { hasNewLogin } from './login.js';
import { hookProgramBeside, planSession } from './plan.js';
import { report } from './report.js';
import { mergeOrphans } from './orphans.js';
import { runOnShared, start } from './start.js';
import { endLike } from './supervise.js';
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
export async function runPclaude(run: Run): Promise<void> {
  refuse(run);
  const given = await loadConfig(run.environment);
  const program = realpathSync.native(run.program);
  const client = findClient({ environment: run.environment, configured: given.claudePath, self: program });
  const cwd = currentFolder();
  const shared = findSharedDir(run.environment, cwd ?? '/');
  const invocation = classify(run.args);
  const onShared = { client, args: run.args, environment: run.environment, shared };
  if (invocation.kind === 'management' || cwd === undefined) return endLike(await runOnShared(onShared));
  if (invocation.kind !== 'session') {
    const { runJobs } = await import('../jobs/run-jobs.js');
    return runJobs({ ...onShared, config: given }, invocation);
  }
  const config = { ...given, stateDir: ensurePrivateFolder(given.stateDir) };
  const isolate = await hasNewLogin({ client, config, shared, environment: run.environment });
  return isolate ? runSession({ ...run, program }, { config, client, shared, invocation, cwd }) : endLike(await runOnShared(onShared));
}

interface SessionRun {
  readonly config: Config;
  readonly client: string;
  readonly shared: SharedDir;
  readonly invocation: Extract<Invocation, { kind: 'session' }>;
  readonly cwd: string;
}

async function runSession(run: Run, { config, client, shared, invocation, cwd }: SessionRun): Promise<void> {
  const { environment, args } = run;
  const layout = loadLayout(config.layout);
  const voice = voiceOf(config.quiet, invocation.print);
  await mergeOrphans(config, layout, voice);
  const plan = planSession({ invocation, args, environment, cwd, shared, stateDir: config.stateDir, sync: config.sync, hookProgram: hookProgramBeside(run.program) });
  if (voice !== 'none') for (const warning of plan.warnings) report(warning);
  const lock = createSession({ stateDir: config.stateDir, layout, ...plan });
  const started = start(client, plan.args, sessionEnvironment(environment, shared, plan.paths, process.pid), lock.descriptor);
  const merge = mergeAlong({ config, layout, session: plan, voice, made: thisMoment() });
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

function refuse({ environment }: Run): void {
  const problem = unsupported(process.platform);
  if (problem) throw problem;
  if (startedAsClient(environment, process.ppid)) {
    throw new KnownError('client-is-pclaude', 'the claude that pclaude found is pclaude itself', 'point PCLAUDE_CLAUDE_PATH to the real claude');
  }
}
