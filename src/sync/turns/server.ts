import { unlinkSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { attempt } from '../../system/attempt.js';
import { unlessMissing } from '../../system/fs/fs-error.js';
import type { Queue } from './turns.js';

/** What a launcher does for the hooks of its session, and for other sessions that wait for its turns. */
export interface HookService {
  /** Answers an event of the client; undefined for an empty answer. The signal aborts when the hook no longer waits for the answer. */
  readonly answer: (event: string, signal: AbortSignal) => Promise<string | undefined>;
  readonly queue: Queue;
}

/**
 * Answers on a unix socket until the returned function is called, which resolves when the answers that had begun are complete. Hooks no longer
 * wait for these, but they may still merge. Keeps no process alive. If an answer fails, the response is an HTTP
 * error, and the hook then does the work itself. The folder of the socket must belong to the user alone: every process that can connect
 * gets answers.
 */
export async function serve(socket: string, { answer, queue }: HookService): Promise<() => Promise<void>> {
  unlessMissing(() => unlinkSync(socket));
  const running = new Set<Promise<void>>();
  const server = createServer((request, response) => {
    const [, name] = /^\/turns\/(\w+)/.exec(request.url ?? '') ?? [];
    if (name !== undefined) {
      callWhenFree(request, response, name, queue);
      return;
    }
    const responding = respond(request, response, answer).finally(() => running.delete(responding));
    running.add(responding);
  });
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socket, () => {
      server.off('error', reject);
      resolve();
    });
  });
  server.unref();
  return async () => {
    server.close();
    server.closeAllConnections();
    // If the folder is no longer writable, the socket stays. The session is closed or recovered all the same.
    attempt(() => unlinkSync(socket));
    await Promise.all(running);
  };
}

async function respond(request: IncomingMessage, response: ServerResponse, answer: HookService['answer']): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  response.setHeader('Connection', 'close');
  try {
    const text = await bodyOf(request);
    response.end((await answer(text, gone.signal)) ?? '');
  } catch {
    response.statusCode = 500;
    response.end();
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

function callWhenFree(request: IncomingMessage, response: ServerResponse, name: string, queue: Queue): void {
  const arrival = Number(new URL(request.url ?? '', 'http://pclaude').searchParams.get('arrival'));
  response.setHeader('Connection', 'close');
  const leave = queue.join(name, { arrival, call: () => void response.write('free\n') });
  response.once('close', leave);
}
