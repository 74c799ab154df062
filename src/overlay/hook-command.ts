/** The words of a command, for the shell to which the client hands the commands of hooks. */
export function hookCommand(words: readonly string[]): string {
  return words.map(quote).join(' ');
}

/** The part of an event from the tool's input on; a shell has the event in `i`. */
const TOOL_INPUT = `"\${i#*'"tool_input":'}"`;

/**
 * The same, but only for events whose tool input, as JSON, holds one of these texts: for all others the shell alone looks,
 * which takes 2 ms where a start of Node takes 40. What stands before the tool's input always names the shared dir.
 */
export function filteredCommand(words: readonly string[], texts: readonly string[]): string {
  const patterns = texts.map((text) => `*${quote(JSON.stringify(text).slice(1, -1))}*`).join('|');
  return `i=$(cat); case ${TOOL_INPUT} in ${patterns}) printf '%s' "$i" | ${hookCommand(words)};; esac`;
}

function quote(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
