import { readdir, readFile } from 'node:fs/promises';
import { eventually } from './wait.js';

/** A process, as the kernel reports it. */
export interface ProcessFact {
  readonly pid: number;
  /** Its command line, with blanks between the arguments. */
  readonly command: string;
}

/**
 * The processes that were started with this HOME, whatever their parent is now. A sandbox's home is unique, so all of them belong
 * to the test. Returns none if the system does not show the environment (macOS).
 */
export async function processesWithHome(home: string): Promise<ProcessFact[]> {
  const pids = await readdir('/proc').catch(() => []);
  const facts = await Promise.all(
    pids
      .filter((name) => /^\d+$/.test(name))
      .map(async (pid): Promise<ProcessFact[]> => {
        const [environment, command] = await Promise.all([fact(pid, 'environ'), fact(pid, 'cmdline')]);
        const ours = environment.split('\0').includes(`HOME=${home}`);
        return ours ? [{ pid: Number(pid), command: command.replaceAll('\0', ' ').trim() }] : [];
      }),
  );
  return facts.flat();
}

/** Ends them, each by its pid, and waits until they have exited. */
export async function endProcessesWithHome(home: string): Promise<void> {
  await eventually(async () => {
    const alive = await processesWithHome(home);
    for (const { pid } of alive) endProcess(pid);
    return alive.length === 0;
  }, `the end of every process with the home ${home}`);
}

/** Sends SIGKILL, or another signal, to this one process; returns whether it still existed. */
export function endProcess(pid: number, signal: NodeJS.Signals = 'SIGKILL'): boolean {
  // For kill(2), 0 and -1 name whole groups of processes.
  if (!Number.isSafeInteger(pid) || pid <= 1) throw new Error(`not the pid of a process to end: ${pid}`);
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

async function fact(pid: string, name: string): Promise<string> {
  return readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '');
}
