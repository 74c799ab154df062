import { once } from 'node:events';
import type { Server } from 'node:http';

/** Listens on a free port of 127.0.0.1 and resolves to it. */
export async function listenOnLoopback(server: Server): Promise<number> {
  // A connection that is closed just as the client uses it again would look like an error of the client.
  server.keepAliveTimeout = 600_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error(`not a port: ${String(address)}`);
  return address.port;
}

/** Ends every connection and frees the port. May be called again. */
export async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
