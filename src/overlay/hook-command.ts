/** The words of a command, for the shell to which the client hands the commands of hooks. */
export function hookCommand(words: readonly string[]): string {
  return words.map(quote).join(' ');
}

/** How a hook asks the launcher of its session. */
export interface Asking {
  readonly socket: string;
  /** The program `curl`; undefined where there is none. */
  readonly curl: string | undefined;
}

/** The launcher answers sooner, also a call that waits for its turn in vain; in seconds. */
const ASK_SECONDS = 25;

/**
 * The command of a hook that asks the launcher, and does the work itself where that does not answer. With `curl` that takes a fifth of a
 * start of Node. The event is kept in a variable: a launcher that dies while it is asked has read it by then. The user's curlrc and
 * proxy do not count.
 */
export function askingCommand(words: readonly string[], { socket, curl }: Asking): string {
  if (curl === undefined) return hookCommand([...words, socket]);
  return `i=$(cat); ${EVENT} | ${curlCommand(curl, socket)} || ${EVENT} | ${hookCommand(words)}`;
}

/**
 * The command of a hook that only tells the launcher that calls have ended, when the event's calls hold one of these texts. Undefined
 * without `curl`: a start of Node for each reply is too much, and turns end with their leases.
 */
export function endedCommand({ socket, curl }: Asking, texts: readonly string[]): string | undefined {
  return curl && `i=$(cat); case "\${i#*'"tool_calls":'}" in ${anyOf(texts)}) ${EVENT} | ${curlCommand(curl, socket)} || :;; esac`;
}

function curlCommand(curl: string, socket: string): string {
  return hookCommand([curl, '-q', '-sf', '--noproxy', '*', '--max-time', String(ASK_SECONDS), '--unix-socket', socket, '-H', 'Expect:', '--data-binary', '@-', 'http://pclaude/']);
}

/** Prints the event. */
const EVENT = `printf '%s' "$i"`;

/** The part of an event from the tool's input on; a shell has the event in `i`. */
const TOOL_INPUT = `"\${i#*'"tool_input":'}"`;

/**
 * The same, but only for events whose tool input, as JSON, holds one of these texts, or of a tool that works in or below one of
 * these folders: for all others the shell alone looks, which takes 2 ms where a start of Node takes 40. What stands before the
 * tool's input always names the shared dir.
 */
export function filteredCommand(words: readonly string[], texts: readonly string[], folders: readonly string[] = []): string {
  const run = `${EVENT} | ${hookCommand(words)}`;
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
