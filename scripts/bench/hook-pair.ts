import * as v from 'valibot';
import { memoryProject, type MemoryProject } from '../../test/client/memory-project.js';
import { pclaude, pclaudectl } from '../../test/support/real-client.js';
import { run, start } from '../../test/support/run.js';
import { createStubClient } from '../../test/support/stub-client.js';
import { eventually } from '../../test/support/wait.js';
import { node } from './launches.js';
import { type Case, expectThat, type Part } from './part.js';
import { time } from './timer.js';

/** What the two hooks of a file tool cost, without the client: the programs that it would start, and their launcher. */
export const hookPair: Part = {
  title: 'The hooks before and after an edit of a memory, run as the client runs them',
  rounds: 12,
  warmUp: 2,
  rows: [
    {
      id: 'hook-pair-cpu',
      what: 'both hooks and what their launcher does for them, processor time / `node -e 0`',
      unit: 'ratio',
      of: 'pair.bothCpu',
      per: 'node.cpu',
    },
    { id: 'hook-pair', what: 'both hooks / `node -e 0`', unit: 'ratio', of: 'pair.wall', per: 'node.wall' },
  ],
  async open() {
    const project = await memoryProject();
    return [node(project.sandbox), await pair(project)];
  },
};

const settingsSchema = v.object({
  hooks: v.record(
    v.string(),
    v.array(v.object({ matcher: v.optional(v.string()), hooks: v.array(v.object({ command: v.string(), if: v.optional(v.string()) })) })),
  ),
});

/** A session whose client is a script that waits; in its place this program makes edits, and calls the hooks. */
async function pair({ sandbox, cwd, env, memory, readMemoryFile }: MemoryProject): Promise<Case> {
  const stub = await createStubClient(sandbox, `cp "$2" "$HOME/hooks.json"\necho ready\nread -r line || true`);
  const whole = { ...env, ...stub.env };
  const session = start(pclaude, ['hello'], { cwd, env: whole, input: { open: true }, timeout: 600_000 });
  await eventually(() => session.stdout().length > 0, 'the client');
  const { hooks } = v.parse(settingsSchema, JSON.parse(await sandbox.read('hooks.json')));
  const file = await sandbox.write(`${memory}/topic.md`, 'before\n');
  const commandOf = (event: string): string => {
    const found = hooks[event]?.find(({ matcher }) => matcher === 'Edit')?.hooks[0]?.command;
    expectThat(found !== undefined, `there is no ${event} hook of Edit`);
    return found;
  };
  await sandbox.write('before.sh', commandOf('PreToolUse'));
  await sandbox.write('after.sh', commandOf('PostToolUse'));
  let edits = 0;
  let text = 'before\n';
  return {
    name: 'pair',
    async measure() {
      const call = { tool_name: 'Edit', tool_use_id: `edit-${++edits}`, session_id: 'bench', cwd, permission_mode: 'default' };
      const [oldText, newText] = ['before\n', `before\nedit ${edits}\n`];
      const edited = text.replace(oldText, newText);
      const input = { file_path: file, old_string: oldText, new_string: newText };
      const response = { filePath: file, oldString: oldText, newString: newText, originalFile: text, replaceAll: false };
      await sandbox.write('before.json', JSON.stringify({ hook_event_name: 'PreToolUse', ...call, tool_input: input }));
      const after = { hook_event_name: 'PostToolUse', ...call, tool_input: input, tool_response: response, duration_ms: 3 };
      await sandbox.write('after.json', JSON.stringify(after));
      await sandbox.write('edited', edited);
      text = edited;
      const script = `sh before.sh < before.json && cat edited > '${file}' && sh after.sh < after.json`;
      const reading = await time(['/bin/sh', '-c', script], { cwd: sandbox.home, env: whole, beside: session.pid });
      return { ...reading, bothCpu: (reading['cpu'] ?? Number.NaN) + (reading['besideCpu'] ?? Number.NaN) };
    },
    async verify() {
      expectThat((await readMemoryFile('topic.md')) === text, 'an edit is not there once');
      const { stdout } = await run(pclaudectl, ['log', '--all', '--json'], { cwd, env: whole });
      const logged: unknown = JSON.parse(stdout.toString());
      expectThat(Array.isArray(logged) && logged.length === edits, `not each of ${edits} edits is in the log: ${stdout.toString()}`);
    },
  };
}
