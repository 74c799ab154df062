import { memoryProject, type MemoryProject } from '../../test/client/memory-project.js';
import { prompt, type Step } from '../../test/support/messages-api.js';
import type { Program } from '../../test/support/real-client.js';
import { start } from '../../test/support/run.js';
import { countSections, keptOf, type Section, surplusOf } from './sections.js';
import { placeFile, type SharedFile, type TargetName, targets } from './targets.js';

/** A number of edits of one file, shared between sessions. */
export interface EditLoad {
  readonly program: Program;
  readonly target: TargetName;
  readonly sessions: number;
  /** The number of edits, all sessions together. */
  readonly edits: number;
  /** `EditTimes.beginning` ends after this many edits of the first session. */
  readonly mark: number;
}

/** The times of one run, in ms, and the sections counted in the file afterwards. */
export interface EditTimes {
  /** From the moment when all have read the file until the last session has the answer to its last edit. */
  readonly editing: number;
  /** From the first start to the last end. */
  readonly whole: number;
  /** From the moment when all have read the file until the first session has made `mark` edits. */
  readonly beginning: number;
  readonly kept: number;
  readonly surplus: number;
}

/** The bound of one session, in ms. */
const TIMEOUT = 1_800_000;
const READ = 'all have read';
const MARK = 'the first session is at its mark';
const DONE = 'all are done';

/** Runs the sessions, which begin to edit at the same moment. Rejects when one of them ends before its last edit. */
export async function timeEdits(load: EditLoad): Promise<EditTimes> {
  const project = await memoryProject();
  const worktrees = await project.sandbox.worktrees('project', load.sessions);
  const file = targets[load.target].locate(project, 'edited');
  const original = `# Notes\n\n${placeOf(load).text}`;
  const sections = Array.from({ length: load.edits }, (_, at) => targets[load.target].part(`Topic ${at + 1}`, `found at ${at + 1}`));
  await placeFile(project, file, original);

  const began = performance.now();
  const ends = worktrees.map(async (cwd, at) => {
    const own = sections.filter((_, index) => index % load.sessions === at);
    const args = [
      '-p',
      '--permission-mode',
      'bypassPermissions',
      prompt(`You are writer ${at + 1}.`, stepsOf(load, file, own, at === 0 ? [MARK] : [])),
    ];
    return start(load.program, args, { cwd, env: project.env, timeout: TIMEOUT }).ended;
  });
  const [read, mark, done] = await Promise.race([moments(project, load.sessions), earlyEnd(ends)]);
  project.api.release(DONE);
  await Promise.all(ends);
  const whole = performance.now() - began;
  const found = countSections(await project.sandbox.read(file.path), original, sections).sections;
  return { editing: done - read, beginning: mark - read, whole, kept: keptOf(found), surplus: surplusOf(found) };
}

/** Resolves to three times: all have read, the first session has reached its mark, all are done. */
async function moments({ api }: MemoryProject, sessions: number): Promise<[number, number, number]> {
  const at = async (gate: string, arrivals: number): Promise<number> => api.arrived(gate, arrivals).then(() => performance.now());
  return Promise.all([at(READ, sessions), at(MARK, 1), at(DONE, sessions)]);
}

/** Rejects when a session exits. All sessions wait for each other after their last edit, so an exit before that is a failure. */
async function earlyEnd(ends: readonly Promise<{ readonly exitCode: number | null; readonly stderr: string }>[]): Promise<never> {
  const { exitCode, stderr } = await Promise.race(ends);
  throw new Error(`a session ended before its last edit, with ${exitCode}: ${stderr}`);
}

/** Each edit inserts a section before the same line. The gates in `marks` are always open: they only report that a session passes. */
function stepsOf(load: EditLoad, file: SharedFile, own: readonly Section[], marks: readonly string[]): Step[] {
  const [line = ''] = placeOf(load).text.split('\n');
  const calls = own.map(
    ({ text }): Step => ({ tool: 'Edit', input: { file_path: file.named, old_string: `${line}\n`, new_string: `${text}${line}\n` } }),
  );
  return [
    { tool: 'Read', input: { file_path: file.named } },
    { barrier: READ, parties: load.sessions },
    ...calls.slice(0, load.mark),
    ...marks.map((barrier) => ({ barrier, parties: 1 })),
    ...calls.slice(load.mark),
    { hold: DONE },
  ];
}

function placeOf({ target }: EditLoad): Section {
  return targets[target].part('Place 1', 'known before');
}
