import { realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { classify, type SessionInvocation } from '../client/arguments.js';
import { findClient, isClientRespawn, wrapperArgs } from '../client/find.js';
import { findSharedDir, type SharedDir } from '../client/shared-dir.js';
import { type Config, loadConfig } from '../config/config.js';
import { loadLayout } from '../config/layout.js';
import { takeSlot } from '../coordination/slots.js';
import { createSession } from '../session/create.js';
import { outsideSession } from '../session/environment.js';
import { noSlotLine } from '../sync/messages.js';
import { UserError } from '../system/errors.js';
import { ensurePrivateFolder } from '../system/fs/folders.js';
import { unsupported } from '../system/platform.js';
import { thisMoment } from '../system/process-environment.js';
import { currentFolder } from '../system/process.js';
import { report } from '../system/report.js';
import { recoverSessions, reportMishaps } from './before-session.js';
import { holdPlace } from './limits.js';
import { hasNewLogin } from './login.js';
import { mergeAlong, type RunningSession } from './merge-along.js';
import { askIfMistaken } from './mistaken.js';
import { noticeOpenConversation, reportOthers } from './others/report-others.js';
import { hookProgramBeside, planSession } from './plan.js';
import { passOn, runOnShared, sessionEnvironment, type SharedRun, start, startedAsClient } from './start.js';
import { endLike } from './supervise.js';
import { verbosityOf } from './verbosity.js';

/** What a run of pclaude gets from its process. */
export interface Run {
  /** The arguments without node and the script. */
  readonly args: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** The path of the running script. */
  readonly program: string;
}

/** Runs the client as the arguments ask, and ends this process as the client ended. Throws `UserError`. */
export async function runPclaude(given: Run): Promise<void> {
  const problem = unsupported(process.platform);
  if (problem) throw problem;
  const program = realpathSync.native(given.program);
  const handed = wrapperArgs(given.args, program);
  if (handed && isClientRespawn(handed.args, given.environment)) {
    const client = handed.client ?? find(given, program, await loadConfig(given.environment));
    return passOn(client, handed.args, given.environment);
  }
  refuseItself(given.environment);
  const cwd = currentFolder();
  const run: Run = { program, args: handed?.args ?? given.args, environment: outsideSession(given.environment, cwd ?? '/') };
  const configured = await loadConfig(run.environment);
  const client = handed?.client ?? find(given, program, configured);
  const invocation = classify(run.args);
  const shared = findSharedDir(run.environment, cwd ?? '/');
  const onShared: SharedRun = { client, args: run.args, environment: run.environment, shared };
  if (invocation.kind === 'management' || handed?.kind === 'script' || cwd === undefined) return endLike(await runOnShared(onShared));
  if (invocation.kind !== 'session') {
    const { runJobs } = await import('./jobs/run-jobs.js');
    return runJobs({ ...onShared, config: configured }, invocation);
  }
  if (!handed) await askIfMistaken(run.args, invocation.print);
  const config = { ...configured, stateDir: ensurePrivateFolder(configured.stateDir) };
  const isolate = takesOurSettings(invocation) && (await hasNewLogin({ client, config, shared, environment: run.environment }));
  return isolate ? runSession(run, { config, client, shared, invocation, cwd }) : endLike(await runOnShared(onShared));
}

function find({ environment, program }: Run, self: string, { claudePath }: Config): string {
  return findClient({ environment, configured: claudePath, beside: dirname(program), self });
}

interface SessionRun {
  readonly config: Config;
  readonly client: string;
  readonly shared: SharedDir;
  readonly invocation: SessionInvocation;
  readonly cwd: string;
}

async function runSession(run: Run, { config, client, shared, invocation, ...given }: SessionRun): Promise<void> {
  const { args } = run;
  const layout = loadLayout(config.layout);
  const voice = verbosityOf(config.quiet, invocation.print);
  await recoverSessions(config, layout, voice);
  await reportMishaps(config, layout, shared, voice);
  const launch = { config, environment: run.environment, shared, invocation, cwd: given.cwd };
  const { cwd, notice } = await reportOthers(launch);
  const open = await noticeOpenConversation({ ...launch, cwd }, voice);
  const environment = cwd === given.cwd ? run.environment : { ...run.environment, PWD: cwd };
  const place = await holdPlace(config, voice);
  const plan = planSession({
    invocation,
    args,
    environment,
    cwd,
    shared,
    stateDir: config.stateDir,
    sync: config.sync,
    hookProgram: hookProgramBeside(run.program),
    notice: [notice, open].filter((words) => words !== undefined).join('; ') || undefined,
  });
  if (voice !== 'none') for (const warning of plan.warnings) report(warning);
  const slot = takeSlot(config.stateDir, plan.manifest, config.slots);
  const session = { ...plan, manifest: { ...plan.manifest, slot: slot.slot } };
  const lock = createSession({ stateDir: config.stateDir, layout, ...session });
  // If the session cannot be created, this process ends, and the kernel frees the place.
  place?.release();
  if (slot.problem !== undefined && voice !== 'none') report(noSlotLine(slot.problem, config.stateDir));
  const inside = sessionEnvironment(environment, session.manifest, plan.paths, process.pid);
  let along: RunningSession | undefined;
  const started = start(client, plan.args, inside, [lock.descriptor, ...slot.descriptors], () => along?.giveBackTurns());
  along = mergeAlong({ config, layout, session, voice, socket: plan.socket, made: thisMoment() });
  try {
    await started;
  } finally {
    await along.end();
  }
  const { ending, release } = await started;
  slot.release();
  lock.release();
  release();
  endLike(ending);
}

/**
 * Whether pclaude can pass its own settings to the client; reports it when not. Without its hooks and rules a private home would only make
 * memory harder to reach.
 */
function takesOurSettings({ settingsOnInput }: SessionInvocation): boolean {
  if (settingsOnInput) report('settings come on standard input (--initialize-fields), so this runs without a private config dir');
  return !settingsOnInput;
}

function refuseItself(environment: NodeJS.ProcessEnv): void {
  if (startedAsClient(environment, process.ppid)) {
    throw new UserError(
      'client-is-pclaude',
      'the claude that pclaude found is pclaude itself',
      'point PCLAUDE_CLAUDE_PATH to the real claude',
    );
  }
}
