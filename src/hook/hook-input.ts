import { isRecord } from '../system/json.js';
import { FILE_TOOLS, type FileTool } from './hook-settings.js';

/** What the client passes to a hook on standard input, limited to the fields that pclaude uses. Seen in 2.1.329. */
type HookInput = FileCall | ShellCall | EndedCalls;

interface Call {
  readonly event: 'PreToolUse' | 'PermissionRequest' | 'PostToolUse';
  /** The client's own name for the event. It differs from `event` for a call that failed. */
  readonly name: string;
  /** The id of the call, the same in all its events. Empty for `PermissionRequest`, which carries no id. */
  readonly call: string;
  /** Whether the client is in plan mode. */
  readonly plans: boolean;
  /** The whole input of the tool. */
  readonly input: Readonly<Record<string, unknown>>;
  /** What the tool returned; undefined before the tool runs, and after a shell command that failed. */
  readonly response: unknown;
}

/** A call of a tool that takes the path of one file. */
export interface FileCall extends Call {
  readonly kind: 'file';
  readonly tool: FileTool;
  /** Absolute: the client resolves it before it runs hooks. */
  readonly path: string;
  /** The name of the path in the tool's input. */
  readonly key: string;
  /** How long the tool ran, in milliseconds; 0 before it runs. */
  readonly duration: number;
  /** Why the call failed; null if it did not. */
  readonly error: string | null;
}

/** Calls that ended without an event of their own: they were denied, or all calls of a reply are done (`PostToolBatch`). */
interface EndedCalls {
  readonly kind: 'ended';
  readonly calls: readonly string[];
}

/** A shell command. */
export interface ShellCall extends Call {
  readonly kind: 'shell';
  readonly command: string;
  /** The folder in which the command runs. */
  readonly cwd: string;
}

/** Returns undefined for any other event or tool. Throws `SyntaxError` when the text is not JSON. */
export function parseHookInput(text: string): HookInput | undefined {
  const value: unknown = JSON.parse(text);
  if (!isRecord(value)) return undefined;
  const { tool_name: tool, tool_use_id: id, tool_input: input, tool_response: response, permission_mode: mode } = value;
  if (value['hook_event_name'] === 'PermissionDenied') return { kind: 'ended', calls: idsOf([value]) };
  if (value['hook_event_name'] === 'PostToolBatch') return { kind: 'ended', calls: idsOf(value['tool_calls']) };
  const event = eventOf(value['hook_event_name'], tool);
  // The id becomes the name of a folder in the session dir, so it must not contain a path separator or a dot.
  if (!event || !isRecord(input)) return undefined;
  const named = event === 'PermissionRequest' ? '' : id;
  if (typeof named !== 'string' || !/^[\w-]*$/.test(named) || (named === '' && event !== 'PermissionRequest')) return undefined;
  const call: Call = { event, name: String(value['hook_event_name']), call: named, plans: mode === 'plan', input, response };
  return tool === 'Bash' ? shellCall(call, value) : fileCall(call, value);
}

function idsOf(calls: unknown): string[] {
  return (Array.isArray(calls) ? calls : []).flatMap((call: unknown) =>
    isRecord(call) && typeof call['tool_use_id'] === 'string' ? [call['tool_use_id']] : [],
  );
}

/** A call that failed may still have written its file, so its event counts as `PostToolUse`. */
function eventOf(event: unknown, tool: unknown): Call['event'] | undefined {
  if (event === 'PreToolUse' || event === 'PostToolUse' || event === 'PermissionRequest') return event;
  return event === 'PostToolUseFailure' && tool !== 'Read' ? 'PostToolUse' : undefined;
}

function shellCall(call: Call, { cwd }: Readonly<Record<string, unknown>>): ShellCall | undefined {
  const command = call.input['command'];
  return typeof command === 'string' && typeof cwd === 'string' ? { kind: 'shell', ...call, command, cwd } : undefined;
}

function fileCall(call: Call, { tool_name: tool, duration_ms: duration, error }: Readonly<Record<string, unknown>>): FileCall | undefined {
  if (!isFileTool(tool)) return undefined;
  const key = tool === 'NotebookEdit' ? 'notebook_path' : 'file_path';
  const path = call.input[key];
  // No operating system accepts a null byte in a path.
  if (typeof path !== 'string' || path.includes('\0')) return undefined;
  return {
    kind: 'file',
    ...call,
    tool,
    path,
    key,
    duration: typeof duration === 'number' ? duration : 0,
    error: typeof error === 'string' ? error : null,
  };
}

function isFileTool(value: unknown): value is FileTool {
  return FILE_TOOLS.some((tool) => tool === value);
}
