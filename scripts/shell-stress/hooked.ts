import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { type Environment, pclaude } from '../../test/support/real-client.js';
import { type LiveChild, start } from '../../test/support/run.js';
import type { Sandbox } from '../../test/support/sandbox.js';
import { createStubClient } from '../../test/support/stub-client.js';
import { eventually } from '../../test/support/wait.js';

/** Runs shell commands as the client does: hooks before, the command, hooks after. */
export interface Writer {
  readonly name: string;
  readonly run: (command: string, around?: Around) => Promise<RunCommand>;
  /** Ends the session, and resolves when it is merged. */
  readonly end: () => Promise<void>;
  /** Kills the launcher of the session. */
  readonly kill: () => void;
}

/** What happens around a command. The hooks of a session wait for it. */
export interface Around {
  /** Called after the hooks before the command, and before the command itself. */
  readonly ready?: () => void | Promise<void>;
  /** Called after the command, and before the hooks after it. */
  readonly done?: () => void | Promise<void>;
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

/** A client that prints its home, the path of its settings and its pid, and ends with its input. */
const WAITING_CLIENT = `
while [ $# -gt 0 ]; do if [ "$1" = --settings ]; then echo "$CLAUDE_CONFIG_DIR"; echo "$2"; echo $$; fi; shift; done
exec cat > /dev/null
`;

/** A session with a real launcher, and a client that only waits. */
interface HookedSession {
  readonly launcher: LiveChild;
  /** The pid of its client. */
  readonly client: number;
  readonly home: string;
  /** The environment in which its client runs hooks and commands. */
  readonly env: Environment;
  /** The commands of the hooks that the launcher gives to its client for events of shell commands. */
  readonly commandsFor: (event: string) => readonly string[];
}

/** Starts such a session. */
export async function openHooked(sandbox: Sandbox, cwd: string): Promise<HookedSession> {
  const stub = await createStubClient(sandbox, WAITING_CLIENT);
  const env = sandbox.env({ extra: stub.env });
  const launcher = start(pclaude, [], { cwd, env, input: { open: true }, timeout: 7_200_000 });
  const [home = '', file = '', pid] = await eventually(
    () => launcher.stdout().toString().split('\n').slice(0, 3).filter(Boolean).length === 3 && launcher.stdout().toString().split('\n'),
    'the start of a session',
    { timeout: 60_000 },
  );
  const { hooks } = v.parse(Settings, JSON.parse(await readFile(file, 'utf8')));
  const commandsFor = (event: string): string[] =>
    (hooks[event] ?? [])
      .filter(({ matcher }) => matcher === undefined || matcher.split('|').includes('Bash'))
      .flatMap((entry) => entry.hooks)
      // Hooks with a condition are for file tools.
      .filter((hook) => hook.if === undefined)
      .map(({ command }) => command);
  return { launcher, client: Number(pid), home, env: { ...env, CLAUDE_CONFIG_DIR: home }, commandsFor };
}

/** Starts a session with a real launcher; its commands run with the hooks that the launcher gives to its client. */
export async function openWriter(sandbox: Sandbox, cwd: string, name: string): Promise<Writer> {
  const { launcher, env: inSession, commandsFor } = await openHooked(sandbox, cwd);
  let calls = 0;
  return {
    name,
    async run(command, { ready, done } = {}) {
      calls += 1;
      const tool = { tool_name: 'Bash', tool_use_id: `${name}${calls}`, cwd, permission_mode: 'default' };
      const play = async (event: string, more: object): Promise<string[]> =>
        playHooks(commandsFor(event), { hook_event_name: event, ...tool, ...more }, cwd, inSession);
      const began = performance.now();
      const given = await play('PreToolUse', { tool_input: { command } });
      const rewritten = given.flatMap((text) => v.parse(Answer, JSON.parse(text)).hookSpecificOutput?.updatedInput?.command ?? []).at(-1);
      const before = performance.now();
      await ready?.();
      const { exitCode, stdout, stderr } = await shell(rewritten ?? command, cwd, inSession);
      await done?.();
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
    async run(command, { ready, done } = {}) {
      await ready?.();
      const { exitCode, stderr } = await shell(command, cwd, env);
      await done?.();
      return { isRewritten: false, exitCode, stderr, hooks: 0 };
    },
    end: async () => {},
    kill: () => {},
  };
}

async function playHooks(commands: readonly string[], event: object, cwd: string, env: Environment): Promise<string[]> {
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
