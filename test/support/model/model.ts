import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { createGates, type Gates } from './gates.js';
import { sendError, sendJson, sendTurn } from './reply.js';
import { memoryFolder, parseRequest, type ModelRequest } from './request.js';
import { isSideRequest, nextTurn, type Turn } from './turn.js';

/** A scripted model behind the Messages API, without the server around it. */
export interface ScriptedModel extends Pick<Gates, 'release' | 'arrived' | 'waiting'> {
  /** Every request for a turn, in order of arrival. */
  readonly requests: ModelRequest[];
  /** Requests that the client makes for itself: titles, summaries, classifications. */
  readonly sideRequests: ModelRequest[];
  /** Requests to anything that is not the Messages API, as `GET /path`. */
  readonly strays: string[];
  /** Errors inside the model: a test that ends with problems has not tested what it claims. */
  readonly problems: string[];
  /** Answers one HTTP request; never throws. */
  readonly answer: RequestListener;
  /** Opens all gates. */
  readonly close: () => void;
}

/** Creates a model that plays the scripts in the prompts it gets (see `prompt`). */
export function createScriptedModel(): ScriptedModel {
  const gates = createGates();
  const memories = new Map<string, string>();
  const model = { requests: new Array<ModelRequest>(), sideRequests: new Array<ModelRequest>() };
  const strays: string[] = [];
  const problems: string[] = [];

  async function reply(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(incoming);
    const path = new URL(incoming.url ?? '/', 'http://loopback').pathname;
    if (path === '/v1/messages/count_tokens') {
      sendJson(response, 200, { input_tokens: 10 });
      return;
    }
    if (path !== '/v1/messages') {
      strays.push(`${incoming.method} ${path}`);
      sendError(response, 404, 'not_found_error', `nothing is played at ${path}`);
      return;
    }
    const request = parseRequest(body, incoming.headers);
    (isSideRequest(request) ? model.sideRequests : model.requests).push(request);
    const memory = memoryFolder(request) ?? memories.get(request.sessionId);
    // An agent may have its own memory, which is not the session's.
    if (memory !== undefined && request.agentId === undefined) memories.set(request.sessionId, memory);
    const turn = nextTurn(request);
    const conversation = `${request.sessionId} ${request.agentId ?? ''}`;
    for (const gate of turn.gates) await gates.pass(gate, conversation);
    if (response.destroyed) return;
    if (turn.refusal === undefined) {
      const hold = turn.check?.hold;
      const checked = async (): Promise<void> => (hold === undefined ? undefined : gates.pass({ hold }, conversation));
      await sendTurn(response, withMemory(turn, memory), { model: request.body.model, stream: request.body.stream === true, checked });
    } else sendError(response, turn.refusal, 'api_error', 'refused by the script');
  }

  return {
    ...model,
    strays,
    problems,
    release: gates.release,
    arrived: gates.arrived,
    waiting: gates.waiting,
    close: gates.close,
    answer(incoming, response) {
      reply(incoming, response).catch((error: unknown) => {
        problems.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
        if (!response.headersSent) sendError(response, 400, 'invalid_request_error', `scripted model: ${String(error)}`);
        response.end();
      });
    },
  };
}

/** Throws once if there was an error inside the model, so that no test passes with a script that was not played. */
export function failOnProblems({ problems }: Pick<ScriptedModel, 'problems'>): void {
  const found = problems.splice(0);
  if (found.length > 0) throw new Error(`the scripted model had problems:\n${found.join('\n')}`);
}

function withMemory(turn: Turn, memory: string | undefined): Turn {
  return {
    ...turn,
    calls: turn.calls.map(({ tool, input }) => ({
      tool,
      input: Object.fromEntries(Object.entries(input).map(([key, value]) => [key, fill(value, memory)])),
    })),
  };
}

function fill(value: unknown, memory: string | undefined): unknown {
  if (Array.isArray(value)) return value.map((part) => fill(part, memory));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, fill(part, memory)]));
  }
  if (typeof value !== 'string' || !value.includes(placeholder)) return value;
  if (memory === undefined) throw new Error(`a script names ${placeholder}, but no system prompt of its conversation names the folder`);
  return value.replaceAll(placeholder, memory);
}

const placeholder = '${MEMORY}';
