import { existsSync, readFileSync } from 'node:fs';
import * as v from 'valibot';
import type { Project } from '../../support/project.js';

const input = v.object({
  hook_event_name: v.string(),
  tool_name: v.optional(v.string()),
  tool_calls: v.optional(v.array(v.object({ tool_name: v.string(), tool_use_id: v.string() }))),
  tool_use_id: v.optional(v.string()),
  agent_id: v.optional(v.string()),
  agent_type: v.optional(v.string()),
});

/** The input of one hook. */
export type HookInput = v.InferOutput<typeof input>;

/** Which hooks a client has run. */
export interface HookEvents {
  /** For `settings.json` or `--settings`, together with the test's own hooks. */
  readonly hooks: Readonly<Record<string, readonly object[]>>;
  /** In the order in which they began. */
  readonly inputs: () => readonly HookInput[];
  /** The same in short: the event, and for a call its tool. */
  readonly names: () => readonly string[];
}

/** The events that could report what happens to a call. */
const EVENTS = [
  'PreToolUse',
  'PermissionRequest',
  'PermissionDenied',
  'Notification',
  'PostToolUse',
  'PostToolUseFailure',
  'PostToolBatch',
  'Stop',
  'StopFailure',
  'UserPromptSubmit',
];

/** Records the hook events of a client. `others`: hooks that run together with the recording hook of the same event. */
export function recordEvents({ sandbox }: Project, others: HookEvents['hooks'] = {}): HookEvents {
  const file = sandbox.at('hook-events');
  const hook = { hooks: [{ type: 'command', command: `input=$(tr -d '\\n'); printf '%s\\n' "$input" >> '${file}'` }] };
  const inputs = (): HookInput[] => {
    const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
    return lines.filter((line) => line !== '').map((line) => v.parse(input, JSON.parse(line)));
  };
  return {
    hooks: Object.fromEntries(EVENTS.map((event) => [event, [hook, ...(others[event] ?? [])]])),
    inputs,
    names: () => inputs().map(({ hook_event_name: event, tool_name: tool }) => (tool === undefined ? event : `${event} ${tool}`)),
  };
}

/** The events of each reply's calls, up to its PostToolBatch, without the message that began the turn and without the turn's end. */
export function perReply(names: readonly string[]): string[][] {
  const replies: string[][] = [[]];
  for (const name of names) {
    if (name === 'UserPromptSubmit' || name === 'Stop') continue;
    replies.at(-1)?.push(name);
    if (name === 'PostToolBatch') replies.push([]);
  }
  return replies.filter((events) => events.length > 0);
}
