import { memoryProject, type MemoryProject } from '../../test/client/memory-project.js';
import { prompt, type Step } from '../../test/support/messages-api.js';
import { claude, pclaude, type Program } from '../../test/support/real-client.js';
import { type LiveChild, start } from '../../test/support/run.js';
import { heading, median, quantile, row } from './measure.js';

const EDITS = 40;
const PLACE = '- [Place](place.md) — known before\n';

/** A session of the real client that makes one edit of a memory on each request. */
interface Editor {
  readonly name: string;
  readonly project: MemoryProject;
  readonly session: LiveChild;
}

/**
 * Times edits of a memory in three sessions of the real client, in turn: plain, under pclaude, and with two hooks, before and
 * after the edit, that start Node and do nothing. The time beyond that of a plain edit is the cost of the hooks.
 */
export async function benchHooks(): Promise<void> {
  heading('Hooks of a file tool, in the real client', `medians of ${EDITS} edits each, in turn`);
  const hooks = [{ matcher: 'Edit', hooks: [{ type: 'command', command: `'${process.execPath}' -e 'process.stdin.resume()'` }] }];
  const node = JSON.stringify({ hooks: { PreToolUse: hooks, PostToolUse: hooks } });
  const editors = [
    await openEditor('plain', claude),
    await openEditor('pclaude', pclaude),
    await openEditor('node', claude, ['--settings', node]),
  ];
  const times = new Map<string, number[]>(editors.map(({ name }) => [name, []]));
  for (let edit = 0; edit < EDITS; edit++) {
    for (const editor of editors) times.get(editor.name)?.push(await timeEdit(editor, edit));
  }
  for (const editor of editors) await endEditor(editor);
  const [plain = [], ours = [], other = []] = editors.map(({ name }) => times.get(name));
  const [turns, pair] = [median(ours) - median(plain), median(other) - median(plain)];
  row('an edit, plain (median, p90)', `${figure(median(plain))}, ${figure(quantile(plain, 0.9))}`, '');
  row('the hooks before and after it under pclaude', figure(turns), '');
  row('a pair of hooks that start Node', figure(pair), '');
  row('the first / the second', (turns / pair).toFixed(2), 'at most 0.5');
}

async function openEditor(name: string, program: Program, args: readonly string[] = []): Promise<Editor> {
  const project = await memoryProject();
  const { api, sandbox, memory, cwd, env } = project;
  const file = await sandbox.write(`${memory}/place.md`, PLACE);
  const edits = Array.from({ length: EDITS }, (_, at): Step[] => [
    { tool: 'Edit', input: { file_path: file, old_string: PLACE, new_string: `${lineOf(at)}${PLACE}` } },
    { hold: gate(at + 1) },
  ]);
  const steps: Step[] = [{ tool: 'Read', input: { file_path: file } }, { hold: gate(0) }, ...edits.flat()];
  const session = start(program, ['-p', '--permission-mode', 'bypassPermissions', ...args, '--', prompt('Edit', steps)], {
    cwd,
    env,
    timeout: 600_000,
  });
  await Promise.race([api.arrived(gate(0), 1), endedEarly(session)]);
  return { name, project, session };
}

/** From the reply that asks for the edit to the request with its result, in milliseconds. */
async function timeEdit({ project: { api }, session }: Editor, edit: number): Promise<number> {
  const began = performance.now();
  api.release(gate(edit));
  await Promise.race([api.arrived(gate(edit + 1), 1), endedEarly(session)]);
  return performance.now() - began;
}

/** Throws if an edit is not in the file exactly once: its time would be meaningless. */
async function endEditor({ name, project, session }: Editor): Promise<void> {
  project.api.release(gate(EDITS));
  await session.ended;
  const lines = Array.from({ length: EDITS }, (_, at) => lineOf(at)).join('');
  if ((await project.readMemoryFile('place.md')) !== `${lines}${PLACE}`)
    throw new Error(`an edit of the session ${name} is not there once`);
}

async function endedEarly(session: LiveChild): Promise<never> {
  const { exitCode, stderr } = await session.ended;
  throw new Error(`a session ended before its last edit, with ${exitCode}: ${stderr}`);
}

function lineOf(edit: number): string {
  return `- [Topic ${edit}](topic-${edit}.md) — found\n`;
}

function gate(edit: number): string {
  return `edit ${edit}`;
}

function figure(time: number): string {
  return `${time.toFixed(1)} ms`;
}
