import { once } from 'node:events';
import { createServer } from 'node:net';
import { atEnd } from './lifetime.js';

/** A path that contains a byte that is not UTF-8. */
export function oddName(before: string, after = ''): Buffer {
  return Buffer.concat([Buffer.from(before), Buffer.from([0xff]), Buffer.from(after)]);
}

/** Makes a socket at a path; it exists until the test ends. */
export async function listenOn(path: string): Promise<void> {
  const server = createServer();
  const listening = once(server, 'listening');
  server.listen(path);
  await listening;
  atEnd(() => void server.close());
}
