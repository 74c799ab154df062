import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { atEnd } from './lifetime.js';

/** Starts a process as if a session had left it running in this home; the returned function ends it. */
export async function leftRunning(home: string): Promise<() => Promise<void>> {
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], {
    env: { CLAUDE_CONFIG_DIR: home },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  await once(child, 'spawn');
  const end = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.stdin.end();
    await once(child, 'exit');
  };
  atEnd(end);
  return end;
}
