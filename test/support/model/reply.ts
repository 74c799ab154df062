import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Turn } from './turn.js';

/** How a turn is sent. */
export interface SendOptions {
  readonly model: string;
  readonly stream: boolean;
  /** Resolves when the safety check has decided on the calls: its answer comes after them, at the end of the stream. */
  readonly checked: () => Promise<void>;
}

/** Sends one turn of the model as the Messages API does: as a stream of events, or as one response. */
export async function sendTurn(response: ServerResponse, turn: Turn, { model, stream, checked }: SendOptions): Promise<void> {
  const blocks = blocksOf(turn);
  const safeguards = safeguardResults(turn, blocks);
  const stopReason = turn.calls.length > 0 ? 'tool_use' : 'end_turn';
  const message = { id: newId('msg'), type: 'message', role: 'assistant', model, stop_sequence: null, usage };
  if (!stream) {
    await checked();
    sendJson(response, 200, { ...message, content: blocks.map(({ whole }) => whole), stop_reason: stopReason, ...safeguards });
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const send = (type: string, data: object): void => {
    response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
  };
  send('message_start', { message: { ...message, content: [], stop_reason: null } });
  for (const [index, { start, delta }] of blocks.entries()) {
    send('content_block_start', { index, content_block: start });
    send('content_block_delta', { index, delta });
    send('content_block_stop', { index });
  }
  await checked();
  send('message_delta', { delta: { stop_reason: stopReason, stop_sequence: null, ...safeguards }, usage });
  send('message_stop', {});
  response.end();
}

/** Refuses a request the way the API does. */
export function sendError(response: ServerResponse, status: number, type: string, message: string): void {
  sendJson(response, status, { type: 'error', error: { type, message } });
}

/** Answers with JSON. */
export function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

/** The result of the safety check for each call, if the script offers the check. */
function safeguardResults({ check }: Turn, blocks: readonly ReplyBlock[]): object {
  if (check === undefined) return {};
  const outcome = {
    type: 'evaluated',
    ...(check.check === 'yes' ? { outcome: 'not_flagged' } : { outcome: 'flagged', explanation: 'refused by the script' }),
  };
  const calls = blocks.flatMap(({ callId }) => callId ?? []).map((id) => [id, outcome]);
  return { safeguard_results: [{ type: 'dangerous_tool_use', status: { type: 'available', tool_uses: Object.fromEntries(calls) } }] };
}

interface ReplyBlock {
  /** Set for a tool call. */
  readonly callId?: string;
  readonly whole: object;
  readonly start: object;
  readonly delta: object;
}

function blocksOf({ texts, calls }: Turn): readonly ReplyBlock[] {
  const said = texts.map((text) => ({
    whole: { type: 'text', text },
    start: { type: 'text', text: '' },
    delta: { type: 'text_delta', text },
  }));
  const called = calls.map(({ tool, input }) => {
    const block = { type: 'tool_use', id: newId('toolu'), name: tool };
    return {
      callId: block.id,
      whole: { ...block, input },
      start: { ...block, input: {} },
      delta: { type: 'input_json_delta', partial_json: JSON.stringify(input) },
    };
  });
  return [...said, ...called];
}

function newId(prefix: string): string {
  return `${prefix}_${randomUUID().replaceAll('-', '')}`;
}

const usage = { input_tokens: 10, output_tokens: 5, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 };
