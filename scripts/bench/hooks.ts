import { memoryProject, type MemoryProject } from '../../test/client/memory-project.js';
import { prompt, type Step } from '../../test/support/messages-api.js';
import { claude, pclaude, type Program } from '../../test/support/real-client.js';
import { type LiveChild, start } from '../../test/support/run.js';
import { type Case, expectThat, type Part } from './part.js';

const EDITS = 40;
const PLACE = '- [Place](place.md) — known before\n';

/** A session of the real client that makes one edit of a memory on each request. */
interface Editor {
  readonly name: string;
  readonly project: MemoryProject;
  readonly session: LiveChild;
}

/**
 * Edits of a memory in three sessions of the real client, in turn: plain, under pclaude, and with two hooks, before and
 * after the edit, that start Node and do nothing. The time beyond that of a plain edit is the cost of the hooks.
 */
export const hooks: Part = {
  title: 'Hooks of a file tool, in the real client',
  rounds: EDITS - 1,
  warmUp: 1,
  rows: [
    { id: 'edit', what: 'an edit, plain', unit: 'ms', of: 'plain.edit' },
    { id: 'edit-hooks', what: 'the hooks before and after it under pclaude', unit: 'ms', of: 'pclaude.edit', less: 'plain.edit' },
    { id: 'edit-node-hooks', what: 'a pair of hooks that start Node', unit: 'ms', of: 'node.edit', less: 'plain.edit' },
    {
      id: 'edit-hooks-ratio',
      what: 'the first pair / the second',
      unit: 'ratio',
      goal: 'at most 0.5',
      of: 'pclaude.edit',
      less: 'plain.edit',
      per: 'node.edit',
      perLess: 'plain.edit',
    },
  ],
  async open() {
    const hook = [{ matcher: 'Edit', hooks: [{ type: 'command', command: `'${process.execPath}' -e 'process.stdin.resume()'` }] }];
    const settings = JSON.stringify({ hooks: { PreToolUse: hook, PostToolUse: hook } });
    return [
      editing(await openEditor('plain', claude)),
      editing(await openEditor('pclaude', pclaude)),
      editing(await openEditor('node', claude, ['--settings', settings])),
    ];
  },
};

function editing(editor: Editor): Case {
  let edit = 0;
  return {
    name: editor.name,
    measure: async () => ({ edit: await timeEdit(editor, edit++) }),
    async verify() {
      if (edit === EDITS) await endEditor(editor);
      const lines = Array.from({ length: edit }, (_, at) => lineOf(at)).join('');
      const is = await editor.project.readMemoryFile('place.md');
      expectThat(is === `${lines}${PLACE}`, `an edit of the session ${editor.name} is not there once`);
    },
  };
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

async function endEditor({ project, session }: Editor): Promise<void> {
  project.api.release(gate(EDITS));
  await session.ended;
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
