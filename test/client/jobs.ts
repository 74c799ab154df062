import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { prompt, type Step } from '../support/messages-api.js';
import type { Project } from '../support/project.js';
import type { Program } from '../support/real-client.js';
import { run } from '../support/run.js';

/** One background job, as `agents --json` describes it. */
export type ListedJob = v.InferOutput<typeof listedJob>;

/** Starts a background job, and returns its id. */
export async function startJob(
  program: Program,
  { cwd, env }: Pick<Project, 'cwd' | 'env'>,
  text: string,
  steps: readonly Step[],
  flags: readonly string[] = [],
): Promise<string> {
  const { stdout, stderr, exitCode } = await run(program, ['--bg', ...flags, prompt(text, steps)], { cwd, env });
  const id = /^backgrounded · ([a-f0-9]{8})/.exec(stdout.toString())?.[1];
  if (id === undefined || exitCode !== 0) throw new Error(`no job was started: ${stdout.toString()}${stderr}`);
  return id;
}

/** The output of a program for `agents --json`. */
export async function listJobs(program: Program, { cwd, env }: Pick<Project, 'cwd' | 'env'>, ...flags: string[]): Promise<ListedJob[]> {
  const { stdout } = await run(program, ['agents', '--json', ...flags], { cwd, env });
  return v.parse(v.array(listedJob), JSON.parse(stdout.toString()));
}

/** What the client has recorded about a job. */
export async function jobState(home: string, id: string): Promise<v.InferOutput<typeof state>> {
  return v.parse(state, JSON.parse(await readFile(join(home, 'jobs', id, 'state.json'), 'utf8')));
}

/** The state of an invented job, in the client's format. */
export function madeUpState(id: string, cwd: string, changes: object = {}): string {
  const times = { createdAt: '2026-01-01T00:00:00.000Z', updatedAt: '2026-01-01T00:00:00.000Z', firstTerminalAt: null };
  const session = {
    sessionId: `${id}-0000-4000-8000-000000000000`,
    daemonShort: id,
    cwd,
    backend: 'daemon',
    template: 'bg',
    respawnFlags: [],
  };
  return JSON.stringify({
    state: 'done',
    detail: '',
    tempo: 'idle',
    output: null,
    children: null,
    linkScanOffset: 0,
    intent: 'Do it',
    ...times,
    ...session,
    ...changes,
  });
}

const listedJob = v.looseObject({
  kind: v.string(),
  startedAt: v.number(),
  id: v.optional(v.string()),
  state: v.optional(v.string()),
  name: v.optional(v.string()),
});
const state = v.looseObject({ state: v.string(), tempo: v.optional(v.string()), respawnFlags: v.array(v.string()), intent: v.string() });
