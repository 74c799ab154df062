import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { type Environment, pclaude } from '../../test/support/real-client.js';
import { start } from '../../test/support/run.js';
import type { Sandbox } from '../../test/support/sandbox.js';
import { createStubClient } from '../../test/support/stub-client.js';
import { eventually } from '../../test/support/wait.js';

/** Runs shell commands as the client does: hooks before, the command, hooks after. */
export interface Writer {
  readonly name: string;
  /** `meanwhile` is called after the hooks before the command, and before the command itself. */
  readonly run: (command: string, meanwhile?: () => void) => Promise<RunCommand>;
  /** Ends the session, and resolves when it is merged. */
  readonly end: () => Promise<void>;
  /** Kills the launcher of the session. */
  readonly kill: () => void;
}

export interface RunCommand {
  /** Whether a hook has changed the command. */
  readonly isRewritten: boolean;
  readonly exitCode: number | null;
  readonly stderr: string;
  /** The time of the hooks before and after it, in milliseconds. */
  readonly hooks: number;
}

const Hook = v.object({ command: v.string(), if: v.optional(v.string()) });
const Hooks = v.array(v.object({ matcher: v.optional(v.string()), hooks: v.array(Hook) }));
const Settings = v.object({ hooks: v.record(v.string(), Hooks) });
const Answer = v.object({ hookSpecificOutput: v.optional(v.object({ updatedInput: v.optional(v.object({ command: v.string() })) })) });

/** A client that prints the path of its settings, and ends with its input. */
const WAITING_CLIENT = `
while [ $# -gt 0 ]; do if [ "$1" = --settings ]; then echo "$CLAUDE_CONFIG_DIR"; echo "$2"; fi; shift; done
cat > /dev/null
`;

/** Starts a session with a real launcher; its commands run with the hooks that the launcher gives to its client. */
export async function openWriter(sandbox: Sandbox, cwd: string, name: string): Promise<Writer> {
  const stub = await createStubClient(sandbox, WAITING_CLIENT);
  const env = sandbox.env({ extra: stub.env });
  const launcher = start(pclaude, [], { cwd, env, input: { open: true }, timeout: 7_200_000 });
  const [home = '', file = ''] = await eventually(
    () => launcher.stdout().toString().split('\n').slice(0, 2).filter(Boolean).length === 2 && launcher.stdout().toString().split('\n'),
    'the start of a session',
    { timeout: 60_000 },
  );
  const { hooks } = v.parse(Settings, JSON.parse(await readFile(file, 'utf8')));
  const inSession = { ...env, CLAUDE_CONFIG_DIR: home };
  let calls = 0;
  return {
    name,
    async run(command, meanwhile) {
      calls += 1;
      const tool = { tool_name: 'Bash', tool_use_id: `${name}${calls}`, cwd, permission_mode: 'default' };
      const play = async (event: string, more: object): Promise<string[]> =>
        playHooks(hooks, { hook_event_name: event, ...tool, ...more }, cwd, inSession);
      const began = performance.now();
      const given = await play('PreToolUse', { tool_input: { command } });
      const rewritten = given.flatMap((text) => v.parse(Answer, JSON.parse(text)).hookSpecificOutput?.updatedInput?.command ?? []).at(-1);
      const before = performance.now();
      meanwhile?.();
      const { exitCode, stdout, stderr } = await shell(rewritten ?? command, cwd, inSession);
      const after = performance.now();
      const input = { tool_input: { command: rewritten ?? command } };
      if (exitCode === 0) await play('PostToolUse', { ...input, tool_response: { stdout, stderr, interrupted: false } });
      else await play('PostToolUseFailure', { ...input, error: `Exit code ${exitCode}` });
      await play('PostToolBatch', { tool_calls: [{ ...tool, ...input }] });
      return { isRewritten: rewritten !== undefined, exitCode, stderr, hooks: before - began + performance.now() - after };
    },
    async end() {
      launcher.stdin.end();
      const { exitCode, stderr } = await launcher.ended;
      if (exitCode !== 0) throw new Error(`a launcher ended with ${exitCode}: ${stderr}`);
    },
    kill: () => launcher.kill('SIGKILL'),
  };
}

/** A writer without hooks: an editor, a script, another program. */
export function plainWriter(sandbox: Sandbox, cwd: string, name: string): Writer {
  const env = sandbox.env({ extra: { CLAUDE_CONFIG_DIR: join(sandbox.home, '.claude') } });
  return {
    name,
    async run(command) {
      const { exitCode, stderr } = await shell(command, cwd, env);
      return { isRewritten: false, exitCode, stderr, hooks: 0 };
    },
    end: async () => {},
    kill: () => {},
  };
}

async function playHooks(
  hooks: v.InferOutput<typeof Settings>['hooks'],
  event: { readonly hook_event_name: string; readonly tool_name: string },
  cwd: string,
  env: Environment,
): Promise<string[]> {
  const meant = (hooks[event.hook_event_name] ?? []).filter(
    ({ matcher }) => matcher === undefined || matcher.split('|').includes(event.tool_name),
  );
  // Hooks with a condition are for file tools.
  const commands = meant
    .flatMap((entry) => entry.hooks)
    .filter((hook) => hook.if === undefined)
    .map(({ command }) => command);
  const answers = await Promise.all(commands.map(async (command) => shell(command, cwd, env, JSON.stringify(event), 'sh')));
  for (const { exitCode, stderr } of answers) if (exitCode !== 0) throw new Error(`a hook ended with ${exitCode}: ${stderr}`);
  return answers.map(({ stdout }) => stdout).filter((text) => text !== '');
}

interface Ran {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function shell(command: string, cwd: string, env: Environment, input = '', program = 'bash'): Promise<Ran> {
  const child = spawn(program, ['-c', command], { cwd, env: { ...env }, stdio: 'pipe' });
  const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) =>
      resolve({ exitCode, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() }),
    );
  });
}
