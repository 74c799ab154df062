import { endLike, supervise } from './supervise.js';

/**
 * Turns this process into the program, as `exec` does, where Node can (22.15 and later); across that Node closes a channel to
 * its parent, so not where there is one. Otherwise runs it as a part of us, and ends as it ended. Nothing is added, taken
 * away or printed. Throws the system's error when the program does not start.
 */
export async function passOn(program: string, args: readonly string[], environment: NodeJS.ProcessEnv): Promise<void> {
  const execve: unknown = Reflect.get(process, 'execve');
  if (typeof execve === 'function' && !process.channel) Reflect.apply(execve, process, [program, [program, ...args], environment]);
  const { ending, release } = await supervise({ program, args, environment, descriptors: process.channel ? ['ipc'] : [] });
  release();
  endLike(ending);
}
