import { prompt } from '../../support/messages-api.js';
import { type LiveChild, start } from '../../support/run.js';
import { eventually } from '../../support/wait.js';
import type { MemoryProject } from '../memory-project.js';
import { START, type Writer } from './writers.js';

/** Sessions that run at once. */
export interface Herd {
  readonly member: (name: string) => LiveChild;
  /** Lets the sessions continue when each has reached the start, or has exited before. */
  readonly go: () => Promise<void>;
  /** Resolves when this many of the writers have exited: the client, not only its launcher. */
  readonly ended: (writers: readonly Writer[], count: number) => Promise<void>;
  /** The errors of the sessions that neither exited with 0 nor were killed by SIGKILL. */
  readonly failures: () => Promise<string[]>;
}

/** The time limit of one session, in ms: on a busy machine thirty clients take a minute to start. */
const TIMEOUT = 600_000;

/**
 * Starts all sessions, each in its own worktree, with settings to which each can add. The shell commands are not under test, so nothing
 * asks for a permission.
 */
export async function startHerd(project: MemoryProject, writers: readonly Writer[]): Promise<Herd> {
  const { api, env, sandbox, shared } = project;
  await sandbox.write(shared('settings.json'), '{\n  "env": {\n    "FIRST": "set"\n  }\n}\n');
  const worktrees = await sandbox.worktrees('project', writers.length);
  const gone = new Set<string>();
  const members = new Map(
    writers.map(({ name, program, steps }, at): [string, LiveChild] => {
      const cwd = worktrees[at] ?? project.cwd;
      const child = start(program, ['-p', '--permission-mode', 'bypassPermissions', prompt(`You are ${name}`, steps)], {
        cwd,
        env,
        timeout: TIMEOUT,
      });
      child.ended.then(
        () => gone.add(name),
        () => gone.add(name),
      );
      return [name, child];
    }),
  );
  return {
    member(name) {
      const child = members.get(name);
      if (child === undefined) throw new Error(`no session is called ${name}`);
      return child;
    },
    async go() {
      await eventually(() => (api.waiting()[START] ?? 0) + gone.size >= writers.length, 'all sessions at the start', { timeout: TIMEOUT });
      api.release(START);
    },
    async ended(some, count) {
      await eventually(() => some.filter(({ name }) => gone.has(name)).length >= count, `the end of ${count} sessions`, {
        timeout: TIMEOUT,
      });
    },
    async failures() {
      const ends = [...members].map(async ([name, child]) => ({ name, ...(await child.ended) }));
      return (await Promise.all(ends)).flatMap(({ name, exitCode, signal, stderr }) =>
        exitCode === 0 || signal === 'SIGKILL' ? [] : [`${name}: ${exitCode ?? signal} ${stderr}`],
      );
    },
  };
}
