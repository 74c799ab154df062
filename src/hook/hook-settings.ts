import { quote } from '../system/text.js';

/** Quotes the words of a command for the shell in which the client runs hook commands. */
export function hookCommand(words: readonly string[]): string {
  return words.map(quote).join(' ');
}

/** How a hook reaches the launcher of its session. */
export interface Asking {
  readonly socket: string;
  /** The path of `perl`; undefined when it is not installed. */
  readonly perl: string | undefined;
  /** The script that `perl` runs: the installed copy of src/bin/ask.pl. */
  readonly script: string;
}

/**
 * The command of a hook that asks the launcher. When the launcher does not answer, the command does the work itself. With `perl` it takes a
 * fifth of the time that Node needs to start.
 */
export function askingCommand(words: readonly string[], { socket, perl, script }: Asking): string {
  return perl === undefined ? hookCommand([...words, socket]) : askCommand({ perl, script, socket }, words);
}

/**
 * The command of a hook that only informs the launcher that calls have ended, when the calls of the event contain one of these texts.
 * Returns undefined without `perl`: starting Node for each reply would cost too much, and turns end with their leases anyway.
 */
export function endedCommand({ perl, ...asking }: Asking, texts: readonly string[]): string | undefined {
  return (
    perl &&
    askCommand(
      { perl, ...asking },
      [],
      texts.flatMap((text) => ['--calls', inJson(text)]),
    )
  );
}

/**
 * Perl runs the script without the user's options and modules, and prints no warning about a locale that the system lacks. If the script
 * was removed, the command exits with code 1, which the client ignores; Perl's own exit code, 2, would block the call.
 */
function askCommand(
  { perl, script, socket }: Asking & { readonly perl: string },
  otherwise: readonly string[],
  options: readonly string[] = [],
): string {
  const words = [perl, '-e', 'do shift; exit 1', script, ...options, socket, ...otherwise];
  return `unset PERL5OPT PERL5LIB PERL_UNICODE PERLIO; PERL_BADLANG=0; export PERL_BADLANG; exec ${hookCommand(words)}`;
}

/** Expands, in a shell that has the event in `i`, to the event from the tool's input on. */
const TOOL_INPUT = `"\${i#*'"tool_input":'}"`;

/**
 * The command of a hook that runs another command only for some events: those whose tool input, as JSON, contains one of these texts, and
 * those of a tool that works in or below one of these folders. For all other events only the shell runs, which takes 2 ms. The part of the
 * event before the tool's input is not searched, because it always names the shared dir.
 */
export function filteredCommand(command: string, texts: readonly string[], folders: readonly string[] = []): string {
  const run = `printf '%s' "$i" | { ${command}; }`;
  const byInput = `case ${TOOL_INPUT} in ${anyOf(texts)}) ${run};; esac`;
  const inFolders = folders.flatMap((folder) => ['"', '/'].map((end) => `*${quote(`"cwd":"${inJson(folder)}${end}`)}*`));
  return inFolders.length === 0 ? `i=$(cat); ${byInput}` : `i=$(cat); case $i in ${inFolders.join('|')}) ${run};; *) ${byInput};; esac`;
}

/** A `case` pattern that matches JSON text with one of these texts in it. */
function anyOf(texts: readonly string[]): string {
  return texts.map((text) => `*${quote(inJson(text))}*`).join('|');
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** The tools that take the path of one file. */
export const FILE_TOOLS = ['Read', 'Edit', 'Write', 'NotebookEdit'] as const;
export type FileTool = (typeof FILE_TOOLS)[number];
/** The file tools that write the file. */
export const WRITING_TOOLS = ['Edit', 'Write', 'NotebookEdit'] as const;

/**
 * The client's permission rule for everything (or for a pattern) below an absolute folder, such as `Edit(//home/me/notes/**)`, in
 * which two slashes are the root of the file system. Undefined when the path contains a character with a meaning in a rule: a rule
 * that cannot be exact must not be written at all.
 */
export function ruleBelow(tool: FileTool, folder: string, pattern = '**'): string | undefined {
  return isPlain(folder) ? `${tool}(/${folder}/${pattern})` : undefined;
}

/** The client's permission rule for a folder itself, and for everything below it. Undefined as for `ruleBelow`. */
export function ruleAt(tool: FileTool, folder: string): string | undefined {
  return isPlain(folder) ? `${tool}(/${folder})` : undefined;
}

/**
 * The conditions (`if`) of a hook that is to run for everything below an absolute folder. There is one for each way in which
 * clients read them: as a permission rule, or before 2.1.179 as a pattern of the path itself, which newer clients take for a path
 * in the project. Empty when the path cannot be written in a condition.
 */
export function conditionsBelow(tool: FileTool, folder: string): string[] {
  return isPlain(folder) ? [`${tool}(/${folder}/**)`, `${tool}(${folder}/**)`] : [];
}

function isPlain(folder: string): boolean {
  return !/[*?[\]{}()!\\\n]/.test(folder);
}
