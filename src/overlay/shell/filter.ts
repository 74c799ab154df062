import { quoted } from './words/quote.js';

/**
 * A command for a hook of `Bash` calls, for any POSIX shell: runs `hookCommand` with what it reads itself, but only when
 * one of the hints stands in that; else it ends with 0 and prints nothing. The client asks the hook about every call, and
 * nearly all of them concern nothing that is shared: starting a shell takes a small part of the time that starting Node
 * takes. `hints` are meant as they are; in the JSON that the client gives to a hook they are looked for as JSON writes them.
 */
export function filterCommand(hookCommand: readonly string[], hints: readonly string[]): string {
  const patterns = hints.map((hint) => `*${inQuotes(JSON.stringify(hint).slice(1, -1))}*`);
  // Nobody else reads what the client writes.
  if (patterns.length === 0) return 'cat >/dev/null';
  const words = hookCommand.map((word) => quoted(word, 'bare', 'bare'));
  return `i=$(cat);case $i in ${patterns.join('|')})printf '%s\\n' "$i"|${words.join(' ')};;esac`;
}

/** Always in quotes: a pattern takes what stands bare otherwise than a word does. */
function inQuotes(text: string): string {
  return `${quoted(text, 'bare', 'single')}'`;
}
