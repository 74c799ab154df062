import { spawn } from 'node:child_process';
import { notStarted } from '../start.js';

export interface Captured {
  readonly stdout: Buffer;
  readonly exitCode: number;
}

/**
 * Runs a client that only prints something, and returns its output. Its standard error is that of this process. The client gets the signals
 * of the terminal directly, and exits soon by itself. Throws `client-missing`.
 */
export async function capture(program: string, args: readonly string[], environment: NodeJS.ProcessEnv): Promise<Captured> {
  const child = spawn(program, args, { env: environment, stdio: ['inherit', 'pipe', 'inherit'] });
  const parts: Buffer[] = [];
  child.stdout.on('data', (part: Buffer) => parts.push(part));
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(notStarted(program, error)));
    child.once('close', (code) => resolve({ stdout: Buffer.concat(parts), exitCode: code ?? 1 }));
  });
}
