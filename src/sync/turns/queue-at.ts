import { connect } from 'node:net';
import { basename } from 'node:path';

/** A position in the queue of the process that has a turn. */
export interface Ticket {
  /**
   * `called`: the turn is free, and the next waiters wait until this one leaves. `refused`: the holder accepts no connection. `timeout`:
   * the holder did not call in time.
   */
  readonly state: 'called' | 'refused' | 'timeout';
  leave(): void;
}

export interface Queueing {
  /** When the call began to wait, by `monotonicNow`. */
  readonly arrival: number;
  /** In milliseconds. */
  readonly timeout: number;
  readonly signal?: AbortSignal;
}

/** Waits at a holder's socket until the holder calls. When the holder dies, the kernel closes the connection, which counts as `called`. */
export async function queueAt(socket: string, lockFile: string, { arrival, timeout, signal }: Queueing): Promise<Ticket> {
  return new Promise((resolve) => {
    const connection = connect(socket);
    const leave = (): void => void connection.destroy();
    const settle = (state: Ticket['state']): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', leave);
      resolve({ state, leave });
    };
    let isConnected = false;
    const timer = setTimeout(() => settle('timeout'), timeout);
    connection.on('connect', () => {
      isConnected = true;
      connection.write(`GET /turns/${basename(lockFile)}?arrival=${arrival} HTTP/1.1\r\nHost: pclaude\r\n\r\n`);
    });
    connection.on('data', () => settle('called'));
    connection.on('error', () => undefined);
    connection.on('close', () => settle(isConnected ? 'called' : 'refused'));
    signal?.addEventListener('abort', leave, { once: true });
  });
}
