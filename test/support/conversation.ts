import { randomUUID } from 'node:crypto';
import { lastRequests, prompt, toolResults, type MessagesApi, type ModelRequest, type Step, type ToolResult } from './messages-api.js';
import type { Environment, Program } from './real-client.js';
import { start, type RunResult } from './run.js';
import { eventually } from './wait.js';

/** A conversation whose next message may depend on earlier ones, for example on a path that the client chose. */
export interface Conversation {
  readonly id: string;
  /** Sends a scripted message and resolves, at the end of the turn, to the results of its tools. */
  readonly say: (text: string, steps: readonly Step[]) => Promise<ToolResult[]>;
  /** The last request of the main agent; its subagents are left out. */
  readonly request: () => ModelRequest;
  /** Closes the input and resolves to the result of the program. */
  readonly end: () => Promise<RunResult>;
}

export interface ConversationOptions {
  readonly cwd: string;
  readonly env: Environment;
  readonly api: MessagesApi;
  /** The id of an earlier conversation that is resumed. */
  readonly resume?: string;
}

/** Starts a headless run that gets one message at a time. */
export function converse(program: Program, args: readonly string[], { cwd, env, api, resume }: ConversationOptions): Conversation {
  const sessionId = resume ?? randomUUID();
  const streams = [
    '--input-format',
    'stream-json',
    '--output-format',
    'stream-json',
    '--verbose',
    resume === undefined ? '--session-id' : '--resume',
    sessionId,
  ];
  const child = start(program, ['-p', ...streams, ...args], { cwd, env, input: { open: true }, timeout: 120_000 });
  const turns = (): number => child.stdout().toString().split('"type":"result"').length - 1;
  const request = (): ModelRequest => {
    const own = api.requests.filter((one) => one.sessionId === sessionId && one.agentId === undefined);
    const last = lastRequests(own).at(-1);
    if (last === undefined)
      throw new Error(`${program.name} has asked the model nothing yet:\n${child.stdout().toString()}\n${child.stderr()}`);
    return last;
  };
  let reported = resume === undefined ? 0 : toolResults(request()).length;
  return {
    id: sessionId,
    request,
    async say(text, steps) {
      const before = turns();
      const message = { role: 'user', content: prompt(text, steps) };
      child.stdin.write(`${JSON.stringify({ type: 'user', message })}\n`);
      await eventually(() => turns() > before, `the end of the turn "${text}"`, { timeout: 90_000 });
      const results = toolResults(request());
      const fresh = results.slice(reported);
      reported = results.length;
      return fresh;
    },
    async end() {
      child.stdin.end();
      return child.ended;
    },
  };
}
