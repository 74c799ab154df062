/** The words of a command, for the shell to which the client hands the commands of hooks. */
export function hookCommand(words: readonly string[]): string {
  return words.map(quote).join(' ');
}

/** How a hook asks the launcher of its session. */
export interface Asking {
  readonly socket: string;
  /** The program `perl`; undefined where there is none. */
  readonly perl: string | undefined;
  /** What it runs: src/bin/ask.pl, as it is installed. */
  readonly script: string;
}

/**
 * The command of a hook that asks the launcher, and does the work itself where that does not answer. With `perl` that takes a fifth of a
 * start of Node.
 */
export function askingCommand(words: readonly string[], { socket, perl, script }: Asking): string {
  return perl === undefined ? hookCommand([...words, socket]) : askCommand({ perl, script, socket }, words);
}

/**
 * The command of a hook that only tells the launcher that calls have ended, when the event's calls hold one of these texts. Undefined
 * without `perl`: a start of Node for each reply is too much, and turns end with their leases.
 */
export function endedCommand({ perl, ...asking }: Asking, texts: readonly string[]): string | undefined {
  return perl && askCommand({ perl, ...asking }, [], texts.flatMap((text) => ['--calls', inJson(text)]));
}

/**
 * Perl runs the script without the user's options and modules, and says nothing of a locale that the system lacks. A script that is gone
 * ends with code 1, which the client passes over; Perl's own code for it, 2, would forbid the call.
 */
function askCommand({ perl, script, socket }: Asking & { readonly perl: string }, otherwise: readonly string[], options: readonly string[] = []): string {
  const words = [perl, '-e', 'do shift; exit 1', script, ...options, socket, ...otherwise];
  return `unset PERL5OPT PERL5LIB PERL_UNICODE PERLIO; PERL_BADLANG=0; export PERL_BADLANG; exec ${hookCommand(words)}`;
}

/** The part of an event from the tool's input on; a shell has the event in `i`. */
const TOOL_INPUT = `"\${i#*'"tool_input":'}"`;

/**
 * The command of a hook that runs another one, but only for events whose tool input, as JSON, holds one of these texts, or of a tool that works in
 * or below one of these folders: for all others the shell alone looks, which takes 2 ms. What stands before the tool's input always names
 * the shared dir.
 */
export function filteredCommand(command: string, texts: readonly string[], folders: readonly string[] = []): string {
  const run = `printf '%s' "$i" | { ${command}; }`;
  const byInput = `case ${TOOL_INPUT} in ${anyOf(texts)}) ${run};; esac`;
  const places = folders.flatMap((folder) => ['"', '/'].map((end) => `*${quote(`"cwd":"${inJson(folder)}${end}`)}*`));
  return places.length === 0 ? `i=$(cat); ${byInput}` : `i=$(cat); case $i in ${places.join('|')}) ${run};; *) ${byInput};; esac`;
}

/** A pattern of `case` for a JSON text that holds one of these. */
function anyOf(texts: readonly string[]): string {
  return texts.map((text) => `*${quote(inJson(text))}*`).join('|');
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function quote(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
