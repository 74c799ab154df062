import type { IncomingHttpHeaders } from 'node:http';
import * as v from 'valibot';

/** One Messages API request of the client. */
export interface ModelRequest {
  readonly body: RequestBody;
  readonly headers: IncomingHttpHeaders;
  /** The conversation's id, as in the transcript's file name. */
  readonly sessionId: string;
  /** Set for requests of a subagent. */
  readonly agentId: string | undefined;
}

/** The result of a tool call, as sent to the model. */
export interface ToolResult {
  readonly tool: string;
  readonly input: unknown;
  readonly text: string;
  readonly isError: boolean;
}

/** Reads a request; throws if it is not a Messages API request. */
export function parseRequest(json: string, headers: IncomingHttpHeaders): ModelRequest {
  return {
    body: v.parse(requestBody, JSON.parse(json)),
    headers,
    sessionId: String(headers['x-claude-code-session-id'] ?? ''),
    agentId: headers['x-claude-code-agent-id']?.toString(),
  };
}

/** The whole system prompt, including parts that the client sends between the messages. */
export function systemText({ body }: ModelRequest): string {
  const midway = body.messages.filter(({ role }) => role === 'system').map(({ content }) => textOf(content));
  return [textOf(body.system ?? ''), ...midway].join('\n');
}

/** The texts of the user's messages, oldest first, without tool results. */
export function userTexts({ body }: ModelRequest): string[] {
  return body.messages.filter(({ role }) => role === 'user').map(({ content }) => textOf(content));
}

/** Every tool result in the conversation so far, oldest first. */
export function toolResults({ body }: ModelRequest): ToolResult[] {
  const blocks = body.messages.flatMap(({ content }) => blocksOf(content));
  return blocks
    .filter(({ type }) => type === 'tool_result')
    .map((result) => {
      const call = blocks.find(({ type, id }) => type === 'tool_use' && id === result.tool_use_id);
      return {
        tool: call?.name ?? '',
        input: call?.input,
        text: textOf(result.content ?? ''),
        isError: result.is_error === true,
      };
    });
}

/** The last request of each conversation, including those of subagents: it contains all tool results. */
export function lastRequests(requests: readonly ModelRequest[]): ModelRequest[] {
  const last = new Map(requests.map((request) => [`${request.sessionId} ${request.agentId ?? ''}`, request]));
  return [...last.values()];
}

/** The memory folder that the system prompt names, without a slash at its end. */
export function memoryFolder(request: ModelRequest): string | undefined {
  return /persistent[^\n`]*memory[^\n`]* at `([^`\n]+?)\/?`/.exec(systemText(request))?.[1];
}

/** The text of a content, whether it came as a string or as blocks. */
export function textOf(content: string | readonly { readonly text?: string | undefined }[]): string {
  if (typeof content === 'string') return content;
  return content.flatMap(({ text }) => text ?? []).join('\n');
}

/** A content as blocks, whether it came as a string or as blocks. */
export function blocksOf(content: string | readonly Block[]): readonly Block[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content;
}

type Block = v.InferOutput<typeof block>;
type RequestBody = v.InferOutput<typeof requestBody>;

const textBlock = v.looseObject({ type: v.string(), text: v.optional(v.string()) });

const block = v.looseObject({
  ...textBlock.entries,
  id: v.optional(v.string()),
  name: v.optional(v.string()),
  input: v.optional(v.unknown()),
  tool_use_id: v.optional(v.string()),
  is_error: v.optional(v.boolean()),
  content: v.optional(v.union([v.string(), v.array(textBlock)])),
});

const requestBody = v.looseObject({
  model: v.string(),
  stream: v.optional(v.boolean()),
  system: v.optional(v.union([v.string(), v.array(textBlock)])),
  tools: v.optional(v.array(v.looseObject({ name: v.string() }))),
  messages: v.array(v.object({ role: v.string(), content: v.union([v.string(), v.array(block)]) })),
});
