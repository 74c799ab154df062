import { isRecord } from '../system/is-record.js';
import { FILE_TOOLS, type FileTool } from '../client/permission-rules.js';

/** What the client tells a hook on its standard input; the fields that we use. Seen in 2.1.329. */
export type HookInput = FileCall | ShellCall | EndedCalls;

interface Call {
  readonly event: 'PreToolUse' | 'PermissionRequest' | 'PostToolUse';
  /** What the client calls the event; one that a call has failed is its own. */
  readonly name: string;
  /** Names the call; stable from one event to the next. Empty for `PermissionRequest`, which names none. */
  readonly call: string;
  /** The client's permission mode is the one in which it only plans. */
  readonly plans: boolean;
  /** All of the tool's input. */
  readonly input: Readonly<Record<string, unknown>>;
  /** What the tool returned; undefined before it ran, and after a shell command that failed. */
  readonly response: unknown;
}

/** A call of a tool that is given the path of one file. */
export interface FileCall extends Call {
  readonly kind: 'file';
  readonly tool: FileTool;
  /** Absolute: the client resolves it before it asks hooks. */
  readonly path: string;
  /** Under which name it is in the input. */
  readonly key: string;
  /** How long the tool took, in milliseconds; 0 before it ran. */
  readonly duration: number;
  /** Why it failed; null where it did not. */
  readonly error: string | null;
}

/** Calls that are over without an event of their own: they were refused, or all calls of a reply are done (`PostToolBatch`). */
interface EndedCalls {
  readonly kind: 'ended';
  readonly calls: readonly string[];
}

/** A shell command. */
export interface ShellCall extends Call {
  readonly kind: 'shell';
  readonly command: string;
  /** In which folder it runs. */
  readonly cwd: string;
}

/** Undefined for everything that is not a call of these tools. Throws `SyntaxError` when the text is not JSON. */
export function parseHookInput(text: string): HookInput | undefined {
  const value: unknown = JSON.parse(text);
  if (!isRecord(value)) return undefined;
  const { tool_name: tool, tool_use_id: id, tool_input: input, tool_response: response, permission_mode: mode } = value;
  if (value['hook_event_name'] === 'PermissionDenied') return { kind: 'ended', calls: idsOf([value]) };
  if (value['hook_event_name'] === 'PostToolBatch') return { kind: 'ended', calls: idsOf(value['tool_calls']) };
  const event = eventOf(value['hook_event_name'], tool);
  // The name becomes a folder of ours, so it must not be able to leave its place.
  if (!event || !isRecord(input)) return undefined;
  const named = event === 'PermissionRequest' ? '' : id;
  if (typeof named !== 'string' || !/^[\w-]*$/.test(named) || (named === '' && event !== 'PermissionRequest')) return undefined;
  const call: Call = { event, name: String(value['hook_event_name']), call: named, plans: mode === 'plan', input, response };
  return tool === 'Bash' ? shellCall(call, value) : fileCall(call, value);
}

function idsOf(calls: unknown): string[] {
  return (Array.isArray(calls) ? calls : []).flatMap((call: unknown) => (isRecord(call) && typeof call['tool_use_id'] === 'string' ? [call['tool_use_id']] : []));
}

/** A call that failed may have written its file. */
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
  // No system knows a path with a null byte in it.
  if (typeof path !== 'string' || path.includes('\0')) return undefined;
  return { kind: 'file', ...call, tool, path, key, duration: typeof duration === 'number' ? duration : 0, error: typeof error === 'string' ? error : null };
}

function isFileTool(value: unknown): value is FileTool {
  return FILE_TOOLS.some((tool) => tool === value);
}
