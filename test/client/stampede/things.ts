import type { ToolCall } from '../../support/messages-api.js';
import { clientPath } from '../../support/real-client.js';
import { editMemory, writeMemory } from '../memory-calls.js';
import { firstEntry } from '../memory-project.js';

/** One thing that a session adds, next to those of all other sessions. */
export interface Thing {
  /** A memory file, a line in `MEMORY.md`, a variable in the user settings, a user MCP server. */
  readonly kind: 'note' | 'line' | 'setting' | 'server';
  /** Unique, and not the start of another thing's name. */
  readonly name: string;
}

/** The content of the note with this name. */
export function noteText(name: string): string {
  return `What was found: ${name}.\n`;
}

/** The line of this name in the index, with its newline. */
export function indexLine(name: string): string {
  return `- [${name}](${name}.md) — found in a stampede\n`;
}

/** The call with which a session writes the thing as the client itself would. */
export function callFor({ kind, name }: Thing): ToolCall {
  return calls[kind](name);
}

const calls: Record<Thing['kind'], (name: string) => ToolCall> = {
  note: (name) => writeMemory(`${name}.md`, noteText(name)),
  line: (name) => editMemory('MEMORY.md', firstEntry, `${firstEntry}${indexLine(name)}`),
  setting: (name) => shell(putSetting(SETTINGS, name)),
  server: (name) => shell(`'${clientPath()}' mcp add -s user ${name} -- true`),
};

/** A call that keeps the files as they are now, for `staleSetting` and `staleLine`. Only an external writer knows the path of the index. */
export function staleRead(writer: string, index?: string): ToolCall {
  const copies = [
    `cp ${SETTINGS} ${stale(writer, 'settings')}`,
    ...(index === undefined ? [] : [`cp '${index}' ${stale(writer, 'index')}`]),
  ];
  return shell(copies.join(' && '));
}

/** A call that writes back the settings that `staleRead` kept, with one more. */
export function staleSetting(writer: string, name: string): ToolCall {
  return shell(putSetting(stale(writer, 'settings'), name));
}

/** The same for the index: by a rename, or in place, as some editors do. */
export function staleLine(writer: string, name: string, index: string, how: 'rename' | 'in place'): ToolCall {
  const kept = stale(writer, 'index');
  const add = `printf '%s' '${indexLine(name)}' >> ${kept}`;
  return shell(
    how === 'in place' ? `${add} && cp ${kept} '${index}'` : `${add} && cp ${kept} '${index}.swp' && mv '${index}.swp' '${index}'`,
  );
}

/** The user settings of the program that runs the command. */
const SETTINGS = '"${CLAUDE_CONFIG_DIR:-$HOME/.claude}/settings.json"';

/** Works as the client does: it reads the file, changes it and renames the new version into place, and takes no lock. */
function putSetting(from: string, name: string): string {
  const code = `
    const fs = require("node:fs");
    const [from, to, name] = process.argv.slice(1);
    const settings = JSON.parse(fs.readFileSync(from, "utf8"));
    settings.env[name] = "set";
    fs.writeFileSync(to + ".tmp." + process.pid, JSON.stringify(settings, null, 2));
    fs.renameSync(to + ".tmp." + process.pid, to);
  `;
  return `'${process.execPath}' -e '${code.replaceAll(/\n\s*/g, ' ')}' ${from} ${SETTINGS} ${name}`;
}

function stale(writer: string, what: string): string {
  return `"$HOME/tmp/${writer}.${what}"`;
}

function shell(command: string): ToolCall {
  return { tool: 'Bash', input: { command, description: 'Write something down' } };
}
