import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { renameSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { join } from 'node:path';
import { openHooked } from '../../../scripts/shell-stress/hooked.js';
import { atEnd } from '../../support/lifetime.js';
import { endProcess } from '../../support/processes.js';
import type { Sandbox } from '../../support/sandbox.js';
import { eventually } from '../../support/wait.js';

/** The steps of a shell command's call, in their order. `before` and `after`: the hooks before and after the command. */
export const steps = [
  'before the call',
  'before: the hook has no event yet',
  'before: the launcher has no event yet',
  'before: the launcher has answered, the hook has no answer yet',
  'before the command',
  'in the command, between its read and its write',
  'after the command',
  'after: the hook has no event yet',
  'after: the launcher has no event yet',
  'after: the launcher has answered, the hook has no answer yet',
  'after the call',
] as const;
type Step = (typeof steps)[number];

export const victims = ['hook', 'client', 'launcher'] as const;
type Victim = (typeof victims)[number];

/** Whether the victim runs at this step. */
export function runsAt(victim: Victim, step: Step): boolean {
  return victim !== 'hook' || step.includes(': ');
}

/** Whether the command runs: a client that was killed before starts no more. */
export function reachesCommand(victim: Victim, step: Step): boolean {
  return victim !== 'client' || steps.indexOf(step) > steps.indexOf('before the command');
}

interface GatedSession {
  /**
   * Makes one call of a command, as the client does, and kills the victim at a step. What already runs then goes on to its end; a client
   * that was killed starts nothing more. `gate`: a file that the command waits for to disappear, after it has made the file `read`.
   */
  readonly call: (command: string, at: Step, victim: Victim, gated: Gated) => Promise<void>;
  /** Ends the session, and waits for its launcher. */
  readonly end: () => Promise<void>;
}

interface Gated {
  /** Resolves when the command has read. */
  readonly hasRead: () => Promise<void>;
  readonly letGo: () => void;
  /** Called after the kill, before anything goes on. */
  readonly killed: () => Promise<void>;
}

/** Starts a session with a real launcher, between whose socket and its hooks a proxy holds requests and answers back. */
export async function openGated(sandbox: Sandbox, cwd: string): Promise<GatedSession> {
  const { launcher, client, home, env, commandsFor } = await openHooked(sandbox, cwd);
  const reached: { at: (step: string) => Promise<void> } = { at: async () => {} };
  await standBetween(join(home, '../hooks.sock'), async (what) => reached.at(what));
  return {
    async call(command, at, victim, { hasRead, letGo, killed }) {
      let isAlive = true;
      let hook: number | undefined;
      const pass = async (step: string): Promise<void> => {
        if (step !== at) return;
        if (victim === 'hook' && hook !== undefined) process.kill(-hook, 'SIGKILL');
        if (victim === 'client') endProcess(client);
        if (victim === 'launcher') endProcess(launcher.pid);
        if (victim === 'launcher') await launcher.exit;
        isAlive = victim !== 'client';
        await killed();
      };
      const runHook = async (word: 'before' | 'after', event: object & { readonly hook_event_name: string }): Promise<void> => {
        for (const words of commandsFor(event.hook_event_name)) {
          const child = spawn('sh', ['-c', words], { cwd, env: { ...env }, stdio: ['pipe', 'ignore', 'ignore'], detached: true });
          const exit = once(child, 'exit');
          child.stdin.on('error', () => {});
          hook = child.pid;
          reached.at = async (what) => pass(`${word}: ${what}`);
          await pass(`${word}: the hook has no event yet`);
          child.stdin.end(JSON.stringify(event));
          await exit;
          hook = undefined;
        }
      };
      const tool = { tool_name: 'Bash', tool_use_id: 'call1', cwd, permission_mode: 'default', tool_input: { command } };
      const response = { tool_response: { stdout: '', stderr: '', interrupted: false } };
      const plan: readonly (() => Promise<void>)[] = [
        async () => pass('before the call'),
        async () => runHook('before', { hook_event_name: 'PreToolUse', ...tool }),
        async () => pass('before the command'),
        async () => {
          const shell = spawn('bash', ['-c', command], { cwd, env: { ...env }, stdio: 'ignore' });
          const exit = once(shell, 'exit');
          await hasRead();
          await pass('in the command, between its read and its write');
          letGo();
          await exit;
        },
        async () => pass('after the command'),
        async () => runHook('after', { hook_event_name: 'PostToolUse', ...tool, ...response }),
        async () => pass('after the call'),
      ];
      for (const act of plan) if (isAlive) await act();
    },
    async end() {
      launcher.stdin.end();
      await launcher.exit;
    },
  };
}

/** Holds back each request of a hook before the launcher gets it, and each answer before the hook gets it. */
async function standBetween(socket: string, reached: (what: string) => Promise<void>): Promise<void> {
  const real = `${socket}.real`;
  await eventually(() => {
    renameSync(socket, real);
    return true;
  }, 'the socket of the launcher');
  const server = createServer((asked, answering) => {
    if (asked.url !== '/') {
      // Another session waits here for a turn.
      const waiting = request({ socketPath: real, path: asked.url, method: asked.method, headers: asked.headers }, (answer) => {
        answering.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(answering);
      });
      waiting.once('error', () => answering.destroy());
      answering.once('close', () => waiting.destroy());
      asked.pipe(waiting);
      return;
    }
    const parts: Buffer[] = [];
    asked.on('data', (part: Buffer) => parts.push(part));
    asked.once('end', () => void pass());
    const passBack = async (status: number, text: Buffer): Promise<void> => {
      await reached('the launcher has answered, the hook has no answer yet');
      answering.writeHead(status, { Connection: 'close', 'Content-Length': text.length }).end(text);
    };
    const pass = async (): Promise<void> => {
      await reached('the launcher has no event yet');
      const sent = request({ socketPath: real, path: asked.url, method: asked.method, headers: asked.headers }, (answer) => {
        const body: Buffer[] = [];
        answer.on('data', (part: Buffer) => body.push(part));
        answer.once('end', () => void passBack(answer.statusCode ?? 500, Buffer.concat(body)));
      });
      sent.once('error', () => answering.destroy());
      sent.end(Buffer.concat(parts));
    };
  });
  server.listen(socket);
  await once(server, 'listening');
  atEnd(() => {
    server.close();
    server.closeAllConnections();
  });
}
