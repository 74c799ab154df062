import { resolve } from 'node:path';

/** The folders by which a shell command may name a path. */
export interface ShellFolders {
  /** The one in which the command runs. */
  readonly cwd: string;
  /** The user's home folder. */
  readonly home: string;
  /** The home of the session. */
  readonly configDir: string;
}

/** A command that names more paths than this is not one that writes a few files. */
const MOST_PATHS = 64;

/**
 * Finds the absolute paths that a shell command may mean, judging by its text. Each word that could be a path is resolved against the
 * working directory and against each absolute path that the command names. Of the shell's syntax it knows words, quotes, `~`, and variables
 * that are known or that the command itself sets. A path too many does no harm, and a missed path is found by the snapshot of all files.
 */
export function namedPaths(command: string, { cwd, home, configDir }: ShellFolders): string[] {
  const words = wordsOf(
    expanded(
      command,
      new Map([
        ['HOME', home],
        ['CLAUDE_CONFIG_DIR', configDir],
      ]),
    ),
  )
    .map((word) => (word === '~' || word.startsWith('~/') ? home + word.slice(1) : word))
    .filter((word) => !word.startsWith('-'));
  const absolute = words.filter((word) => word.startsWith('/'));
  const relative = words.filter((word) => !word.startsWith('/') && /[./]/.test(word));
  const folders = [cwd, ...absolute];
  return [
    ...new Set([...absolute, ...folders.flatMap((folder) => relative.map((word) => resolve(folder, word)))].map((path) => resolve(path))),
  ].slice(0, MOST_PATHS);
}

/** Replaces the variables that are known, and those that the command sets. */
function expanded(command: string, known: ReadonlyMap<string, string>): string {
  const own = Array.from(
    command.matchAll(/(?:^|[\s;&|(])(\w+)=("[^"]*"|'[^']*'|[^\s;&|)]+)/g),
    ([, name = '', value = '']) => [name, value.replaceAll(/["']/g, '')] as const,
  );
  const variables = new Map([...own, ...known]);
  const put = (text: string): string =>
    text.replaceAll(
      /\$(?:(\w+)|\{(\w+)(?::-[^}]*)?\})/g,
      (all, plain?: string, braced?: string) => variables.get(plain ?? braced ?? '') ?? all,
    );
  // The value of a variable may contain another variable.
  return put(put(command));
}

function wordsOf(text: string): string[] {
  return text
    .replaceAll(/["'\\]/g, '')
    .split(/[\s;|&<>()`=:,{}]+/)
    .filter((word) => word !== '');
}
