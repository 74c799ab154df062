import { askAgent } from '../../test/client/memory-calls.js';
import { memoryProject, type MemoryProject } from '../../test/client/memory-project.js';
import { prompt, type Step, type ToolResult } from '../../test/support/messages-api.js';
import { claude, type Program } from '../../test/support/real-client.js';
import { run } from '../../test/support/run.js';
import { resultsByWriter, writerPrompt } from './answers.js';
import { isGood, outcomesOf, type RoundOutcome } from './outcome.js';
import { type Case, gateOf, type Round, roundOf, stepsOf, wayNames } from './rounds.js';
import { placeFile } from './targets.js';

/** The writers that act at the same moment. */
export interface Formation {
  readonly program: Program;
  /** The number of writers. Each is a session of its own, except the agents. */
  readonly writers: number;
  /** How many of the writers are agents of one session. */
  readonly agents: number;
  /** How many sessions of plain `claude` write at the same moment, beside the writers. */
  readonly beside: number;
}

/** The result of one launch of all sessions. */
export interface LaunchOutcome {
  readonly rounds: readonly RoundOutcome[];
  /** Sessions that failed or printed a warning, and problems of the scripted model. */
  readonly failures: readonly string[];
  /** The results of all tool calls, by writer. */
  readonly answers: Readonly<Record<number, readonly ToolResult[]>>;
  readonly project: MemoryProject;
}

/** The bound of one session, in ms: on a busy machine twenty clients take minutes to start. */
const TIMEOUT = 1_800_000;

/** pclaude prints this when many sessions end at the same moment on a slow machine. It is not a failure. */
const WAITING = /^pclaude: waiting for another session that is merging.*\n/gm;

/**
 * Starts all sessions, each in a worktree of its own, and plays one round of each case, one after the other. In each round all writers
 * act at the same moment. Counts after all sessions have exited. The permission mode asks for nothing.
 */
export async function playLaunch(formation: Formation, cases: readonly Case[]): Promise<LaunchOutcome> {
  const project = await memoryProject();
  const all = formation.writers + formation.beside;
  const rounds = inOrder(cases).map((one) => roundOf(one, project, all));
  const files = new Map(rounds.map(({ file, original }) => [file.path, { file, original }]));
  for (const { file, original } of files.values()) await placeFile(project, file, original);
  const sessions = sessionsOf(formation, rounds);
  const worktrees = await project.sandbox.worktrees('project', sessions.length);
  const ends = sessions.map(async (session, at) => runSession(session, { project, rounds, cwd: worktrees[at] ?? project.cwd }));
  const failures = (await Promise.all(ends)).flat();
  // If plain claude overwrites a change after its pclaude session has ended, the next launch finds it.
  if (formation.beside > 0)
    failures.push(
      ...(await runSession({ name: 'a later session', program: formation.program, text: 'hello' }, { project, rounds, cwd: project.cwd })),
    );
  failures.push(...project.api.problems.splice(0));
  return {
    rounds: await outcomesOf(project, rounds, formation.writers),
    failures,
    answers: Object.fromEntries(resultsByWriter(project.api.requests)),
    project,
  };
}

/** Whether nothing was lost, doubled or failed in a whole launch. */
export function isGoodLaunch({ rounds, failures }: LaunchOutcome): boolean {
  return failures.length === 0 && rounds.every(isGood);
}

interface Session {
  readonly name: string;
  readonly program: Program;
  readonly text: string;
}

function sessionsOf({ program, writers, agents, beside }: Formation, rounds: readonly Round[]): Session[] {
  const scriptOf = (writer: number): string =>
    prompt(
      writerPrompt(writer),
      rounds.flatMap((round): Step[] => stepsOf(round, writer)),
    );
  const numbers = Array.from({ length: writers + beside }, (_, at) => at + 1);
  const asked = numbers.slice(0, agents).map((writer) => askAgent(scriptOf(writer)));
  const leader = { name: 'the session with the agents', program, text: prompt('Ask your agents.', [{ parallel: asked }]) };
  const single = numbers
    .slice(agents)
    .map((writer) => ({ name: `writer ${writer}`, program: writer > writers ? claude : program, text: scriptOf(writer) }));
  return agents > 0 ? [leader, ...single] : single;
}

interface Place {
  readonly project: MemoryProject;
  readonly rounds: readonly Round[];
  readonly cwd: string;
}

/** Runs a session to its end and returns its failures. If it fails, all gates open, so that the others do not wait for it. */
async function runSession({ name, program, text }: Session, { project, rounds, cwd }: Place): Promise<string[]> {
  const failure = await run(program, ['-p', '--permission-mode', 'bypassPermissions', text], {
    cwd,
    env: project.env,
    timeout: TIMEOUT,
  }).then(
    ({ exitCode, signal, stderr }) =>
      exitCode === 0 && stderr.replaceAll(WAITING, '') === '' ? undefined : `${name}: ${exitCode ?? signal} ${stderr}`,
    (error: unknown) => `${name}: ${String(error)}`,
  );
  if (failure === undefined) return [];
  for (const round of rounds) project.api.release(gateOf(round));
  return [failure];
}

/** Puts whole-file writes first, see `wayNames`. */
function inOrder(cases: readonly Case[]): Case[] {
  return cases.toSorted((one, other) => wayNames.indexOf(one.way) - wayNames.indexOf(other.way));
}
