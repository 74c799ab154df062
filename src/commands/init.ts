import { Argument, Command } from 'commander';
import { SHELLS, type Shell } from './completion/shells.js';
import { print } from './output.js';

/** `pclaudectl init` */
export function initCommand(): Command {
  return new Command('init')
    .description('print what makes `claude` mean pclaude in your shell, and completions; for .bashrc: eval "$(pclaudectl init bash)"')
    .addArgument(new Argument('<shell>', 'your shell').choices(SHELLS))
    .option('--no-alias', 'only the completions')
    .action(async (shell: Shell, { alias }: { readonly alias: boolean }, command: Command) => {
      const { shellScript } = await import('./completion/script.js');
      print(shellScript({ shell, alias, companion: command.parent ?? command }));
    });
}
