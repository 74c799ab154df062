import { spawn } from 'node:child_process';
import { notStarted } from '../start.js';

export interface Captured {
  readonly stdout: Buffer;
  readonly exitCode: number;
}

/**
 * Runs a client that only prints something, and takes what it prints. Its standard error is ours. Signals of the terminal
 * reach it without us, and it ends by itself soon. Throws `client-missing`.
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
