import { connect } from 'node:net';

/**
 * Asks a session's launcher to answer an event of its client. Undefined when the launcher does not answer: it exited, was stopped, or
 * failed. `timeout` in milliseconds.
 */
export async function askLauncher(socket: string, event: string, timeout: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const body = Buffer.from(event);
    const connection = connect(socket);
    const chunks: Buffer[] = [];
    const timer = setTimeout(() => connection.destroy(), timeout);
    connection.on('connect', () => {
      connection.write(`POST / HTTP/1.1\r\nHost: pclaude\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n`);
      connection.write(body);
    });
    connection.on('data', (chunk) => chunks.push(chunk));
    connection.on('error', () => undefined);
    connection.on('close', () => {
      clearTimeout(timer);
      resolve(answerIn(Buffer.concat(chunks).toString('utf8')));
    });
  });
}

/** The body of a complete answer with status 200; otherwise undefined. */
function answerIn(response: string): string | undefined {
  const [head = '', ...rest] = response.split('\r\n\r\n');
  const body = rest.join('\r\n\r\n');
  const [, length] = /^content-length: (\d+)/im.exec(head) ?? [];
  return head.startsWith('HTTP/1.1 200') && Buffer.byteLength(body) === Number(length) ? body : undefined;
}
