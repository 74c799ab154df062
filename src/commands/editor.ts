import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { UserError } from '../system/errors.js';
import { FROM_TERMINAL } from '../system/process/terminal-signals.js';

/**
 * Opens a file in the user's editor (`$VISUAL`, `$EDITOR`, `vi`, as git chooses), and returns the content of the file after the editor has
 * exited. Ctrl-C affects only the editor. Throws `editor-failed`; the file is then as the editor left it.
 */
export function editFile(environment: NodeJS.ProcessEnv, file: string): string {
  const editor = environment['VISUAL'] || environment['EDITOR'] || 'vi';
  for (const signal of FROM_TERMINAL) process.on(signal, ignore);
  try {
    // Runs through a shell, because the variable may contain arguments; the file name is passed as one argument. The shell must survive
    // Ctrl-C as well, because some shells do not replace themselves with the editor.
    const { status, signal, error } = spawnSync('sh', ['-c', `trap : INT QUIT\n${editor} "$1"`, 'sh', file], {
      stdio: 'inherit',
      env: environment,
    });
    if (status !== 0) {
      const how = error ? error.message : (signal ?? `code ${status}`);
      throw new UserError(
        'editor-failed',
        `the editor (${editor}) ended with ${how}; nothing was changed`,
        'set EDITOR to another one, or settle with --session, --shared or --both',
      );
    }
    return readFileSync(file, 'utf8');
  } finally {
    for (const signal of FROM_TERMINAL) process.off(signal, ignore);
  }
}

function ignore(): void {}
