import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { TLSSocket, createSecureContext } from 'node:tls';
import { createCertificates } from './certificates.js';
import { atEnd } from './lifetime.js';
import { closeServer, listenOnLoopback } from './loopback.js';
import { createScriptedModel, failOnProblems, type ScriptedModel } from './model/model.js';
import { sendError, sendJson } from './model/reply.js';
import { createTokenIssuer, expiredCredentials, type OAuthEvent, type TokenIssuer } from './oauth-tokens.js';
import type { Environment } from './real-client.js';

/** An HTTPS proxy on loopback that plays Anthropic's hosts: the token endpoint, and a scripted Messages API behind a login. */
export interface OAuthProxy extends Omit<ScriptedModel, 'answer' | 'close'> {
  readonly events: readonly OAuthEvent[];
  /** The variables that send the client here; pass them as `extra` to `sandbox.env`, without an `api`. */
  readonly env: Environment;
  /** The content of a `.credentials.json` whose access token has expired and whose refresh token can be used once. */
  readonly credentials: () => string;
  /** The refresh token that the client should hold now. */
  readonly newestRefreshToken: () => string;
  readonly stop: () => Promise<void>;
}

/**
 * Starts the proxy; it stops when the test ends. `refreshDelay` ms (default 300) pass between the arrival of a refresh token,
 * which invalidates it, and the answer: in this window a second client would present it again.
 */
export async function startOAuthProxy({ refreshDelay = 300, expiresIn = 3600 } = {}): Promise<OAuthProxy> {
  const events: OAuthEvent[] = [];
  const tokens = createTokenIssuer({ delay: refreshDelay, expiresIn, record: (event) => events.push(event) });
  const model = createScriptedModel();
  const certificates = await createCertificates(['api.anthropic.com', '*.anthropic.com', '*.claude.com', 'claude.ai', '*.claude.ai']);
  const hosts = createServer((request, response) => {
    playHosts(request, response, { tokens, model }).catch((error: unknown) => {
      model.problems.push(String(error));
      response.destroy();
    });
  });
  const proxy = createServer();
  endTls(proxy, hosts, createSecureContext(certificates));
  const url = `http://127.0.0.1:${await listenOnLoopback(proxy)}`;
  const stop = async (): Promise<void> => {
    model.close();
    hosts.closeAllConnections();
    await closeServer(proxy);
    failOnProblems(model);
  };
  atEnd(stop);
  return {
    ...model,
    events,
    env: { HTTPS_PROXY: url, NODE_EXTRA_CA_CERTS: certificates.authority },
    credentials: () => expiredCredentials(tokens),
    newestRefreshToken: tokens.newest,
    stop,
  };
}

/** Every CONNECT ends in a TLS server here, whatever host it names: nothing leaves this machine. */
function endTls(proxy: Server, hosts: Server, secureContext: ReturnType<typeof createSecureContext>): void {
  proxy.on('connect', (_request, socket: Socket) => {
    socket.on('error', () => {});
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    const secure = new TLSSocket(socket, { isServer: true, secureContext, ALPNProtocols: ['http/1.1'] });
    secure.on('error', () => secure.destroy());
    hosts.emit('connection', secure);
  });
}

async function playHosts(
  request: IncomingMessage,
  response: ServerResponse,
  { tokens, model }: { tokens: TokenIssuer; model: ScriptedModel },
): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'https://loopback');
  if (pathname.endsWith('/oauth/token')) {
    const { status, body } = await tokens.refresh(request);
    sendJson(response, status, body);
  } else if (pathname.startsWith('/v1/messages') && !tokens.accepts(request)) {
    request.resume();
    sendError(response, 401, 'authentication_error', 'OAuth token has expired');
  } else model.answer(request, response);
}
