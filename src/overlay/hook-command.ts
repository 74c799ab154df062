/** The words of a command, for the shell to which the client hands the commands of hooks. */
export function hookCommand(words: readonly string[]): string {
  return words.map(quote).join(' ');
}

/** The part of an event from the tool's input on; a shell has the event in `i`. */
const TOOL_INPUT = `"\${i#*'"tool_input":'}"`;

/**
 * The same, but only for events whose tool input, as JSON, holds one of these texts, or of a tool that works in or below one of
 * these folders: for all others the shell alone looks, which takes 2 ms where a start of Node takes 40. What stands before the
 * tool's input always names the shared dir.
 */
export function filteredCommand(words: readonly string[], texts: readonly string[], folders: readonly string[] = []): string {
  const run = `printf '%s' "$i" | ${hookCommand(words)}`;
  const byInput = `case ${TOOL_INPUT} in ${texts.map((text) => `*${quote(inJson(text))}*`).join('|')}) ${run};; esac`;
  const places = folders.flatMap((folder) => ['"', '/'].map((end) => `*${quote(`"cwd":"${inJson(folder)}${end}`)}*`));
  return places.length === 0 ? `i=$(cat); ${byInput}` : `i=$(cat); case $i in ${places.join('|')}) ${run};; *) ${byInput};; esac`;
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function quote(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
