import { Command } from 'commander';
import { loadConfig } from '../config/config.js';
import { waitForNamedLock } from '../coordination/named-lock.js';
import { type ClientExit, endLike, supervise } from '../launch/supervise.js';
import { UserError } from '../system/errors.js';
import { hasCode, reasonOf } from '../system/fs/fs-error.js';
import { note } from './output.js';
import { shown } from './shown.js';
import { timeoutOf, type WaitOptions, waitOptions } from './waiting.js';

/** `pclaudectl lock` */
export function lockCommand(environment: NodeJS.ProcessEnv): Command {
  const command = new Command('lock')
    .description('run a command while no other runs under the same lock; ends as the command ends')
    .usage('[options] <name> -- <command> [argument...]')
    .argument('<name>', 'any text')
    .argument('<command...>', 'after --, with its arguments');
  for (const option of waitOptions('wait')) command.addOption(option);
  return command.action(async (name: string, [program = '', ...args]: readonly string[], options: WaitOptions) => {
    const { stateDir } = await loadConfig(environment);
    const wait = { timeout: timeoutOf(options, 'wait'), onLong: () => note(`waiting for the lock "${shown(name)}"`) };
    const lock = await waitForNamedLock(stateDir, { kind: 'name', text: name }, wait);
    // The command inherits the lock: if this process is killed, the lock is held until the command exits. Background processes of the
    // command may have inherited it as well, so it is released here.
    const ending = await run(program, args, environment, lock.descriptor).finally(() => lock.release());
    endLike(ending);
  });
}

async function run(program: string, args: readonly string[], environment: NodeJS.ProcessEnv, descriptor: number): Promise<ClientExit> {
  try {
    const { ending, release } = await supervise({ program, args, environment, descriptors: [descriptor] });
    release();
    return ending;
  } catch (error) {
    const reason = reasonOf(error);
    if (reason === undefined) throw error;
    if (hasCode(error, 'ENOENT'))
      throw new UserError('command-missing', `there is no program ${program}`, 'check its name and PATH', { cause: error });
    throw new UserError('command-not-run', `cannot run ${program}: ${reason}`, 'fix that', { cause: error });
  }
}
