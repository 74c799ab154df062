import { endLike, supervise } from './supervise.js';

/**
 * Replaces this process by the program, as `exec` does, if Node can (22.15 and later). Node's `execve` closes the channel to a parent, so a
 * process with such a channel runs the program as a child, and ends with its exit code or signal. Adds, removes and prints nothing. Throws
 * the system's error when the program does not start.
 */
export async function passOn(program: string, args: readonly string[], environment: NodeJS.ProcessEnv): Promise<void> {
  const execve: unknown = Reflect.get(process, 'execve');
  if (typeof execve === 'function' && !process.channel) Reflect.apply(execve, process, [program, [program, ...args], environment]);
  const { ending, release } = await supervise({ program, args, environment, descriptors: process.channel ? ['ipc'] : [] });
  release();
  endLike(ending);
}
