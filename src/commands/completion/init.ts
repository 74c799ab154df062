import { Argument, Command } from 'commander';
import { print } from '../output.js';
import { type Shell, SHELLS } from './completion.js';

/** `pclaudectl init` */
export function initCommand(): Command {
  return new Command('init')
    .description('print what makes `claude` mean pclaude in your shell, and completions; for .bashrc: eval "$(pclaudectl init bash)"')
    .addArgument(new Argument('<shell>', 'your shell').choices(SHELLS))
    .option('--no-alias', 'only the completions')
    .action(async (shell: Shell, { alias }: { readonly alias: boolean }, command: Command) => {
      const { shellScript } = await import('./script.js');
      print(shellScript({ shell, alias, program: command.parent ?? command }));
    });
}
