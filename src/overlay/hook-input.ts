import { isRecord } from '../platform/is-record.js';
import { FILE_TOOLS, type FileTool } from './rules.js';

/** What the client tells a hook on its standard input; the fields that we use. Seen in 2.1.329. */
export interface HookInput {
  readonly event: 'PreToolUse' | 'PostToolUse';
  readonly tool: FileTool;
  /** Names the call; stable from one event to the next. */
  readonly call: string;
  /** Absolute: the client resolves it before it asks hooks. */
  readonly path: string;
  /** Under which name it is in the input. */
  readonly key: string;
  /** The client's permission mode is the one in which it only plans. */
  readonly plans: boolean;
  /** How long the tool took, in milliseconds; 0 before it ran. */
  readonly duration: number;
  /** All of the tool's input, with the path. */
  readonly input: Readonly<Record<string, unknown>>;
  /** What the tool returned; undefined before it ran. */
  readonly response: unknown;
}

/** Undefined for everything that is not a call of a file tool. Throws `SyntaxError` when the text is not JSON. */
export function parseHookInput(text: string): HookInput | undefined {
  const value: unknown = JSON.parse(text);
  if (!isRecord(value)) return undefined;
  const { hook_event_name: event, tool_name: tool, tool_use_id: call, tool_input: input, tool_response: response, permission_mode: mode, duration_ms: duration } = value;
  if ((event !== 'PreToolUse' && event !== 'PostToolUse') || !isFileTool(tool) || !isRecord(input)) return undefined;
  const key = tool === 'NotebookEdit' ? 'notebook_path' : 'file_path';
  const path = input[key];
  // The name becomes a folder of ours, so it must not be able to leave its place.
  if (typeof path !== 'string' || typeof call !== 'string' || !/^[\w-]+$/.test(call)) return undefined;
  return { event, tool, call, path, key, plans: mode === 'plan', duration: typeof duration === 'number' ? duration : 0, input, response };
}

function isFileTool(value: unknown): value is FileTool {
  return FILE_TOOLS.some((tool) => tool === value);
}
