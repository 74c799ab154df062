import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { KnownError } from '../platform/errors.js';
import { ensurePrivateFolder } from '../platform/private-folder.js';
import { FROM_TERMINAL } from '../platform/terminal-signals.js';

/**
 * Opens a text in the user's editor (`$VISUAL`, `$EDITOR`, `vi`, as git chooses), as a private file that is named after
 * `path`, and returns what they made of it. Ctrl-C is the editor's alone. Throws `editor-failed`, `state-dir-unsafe`. A
 * crash leaves the file in the state dir.
 */
export function editText(environment: NodeJS.ProcessEnv, stateDir: string, path: string, text: string): string {
  const editor = environment['VISUAL'] || environment['EDITOR'] || 'vi';
  const folder = mkdtempSync(join(ensurePrivateFolder(stateDir), 'edit-'));
  for (const signal of FROM_TERMINAL) process.on(signal, ignore);
  try {
    const file = join(folder, basename(path));
    writeFileSync(file, text, { mode: 0o600 });
    // A shell, since the variable may hold arguments; the name reaches it as one. It, too, must outlive a Ctrl-C: some do
    // not become the editor.
    const { status, signal, error } = spawnSync('sh', ['-c', `trap : INT QUIT\n${editor} "$1"`, 'sh', file], { stdio: 'inherit', env: environment });
    if (status !== 0) {
      const how = error ? error.message : (signal ?? `code ${status}`);
      throw new KnownError('editor-failed', `the editor (${editor}) ended with ${how}; nothing was changed`, 'set EDITOR to another one, or settle with --ours, --theirs or --both');
    }
    return readFileSync(file, 'utf8');
  } finally {
    rmSync(folder, { recursive: true, force: true });
    for (const signal of FROM_TERMINAL) process.off(signal, ignore);
  }
}

function ignore(): void {}
