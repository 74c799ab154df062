import { appendFile, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { attempt } from '../../src/system/attempt.js';
import { isRecord } from '../../src/system/json.js';
import { DATA, type Effect, entryLine, type Field, INDEX, type Shape } from './shapes.js';

/** When an external writer saves, as seen by the session whose command runs. */
export const moments = ['before the command', 'during the command', 'after the command'] as const;

/** A program without hooks that changes the file which a session's command rewrites: an editor, or plain `claude`. */
interface Edit {
  readonly name: string;
  /** Reads the file as long before the save as this program does. */
  readonly reads: 'before the call' | 'at once';
  readonly saves: 'in place' | 'by rename' | 'appends';
  readonly change: 'adds' | 'removes';
}

export const edits: readonly Edit[] = [
  { name: 'an append', reads: 'at once', saves: 'appends', change: 'adds' },
  { name: 'an edit by plain claude', reads: 'at once', saves: 'in place', change: 'adds' },
  { name: 'a removal by plain claude', reads: 'at once', saves: 'in place', change: 'removes' },
  { name: 'an editor that was opened earlier', reads: 'before the call', saves: 'in place', change: 'adds' },
  { name: 'an editor that renames', reads: 'before the call', saves: 'by rename', change: 'adds' },
  { name: 'a removal by an editor that renames', reads: 'before the call', saves: 'by rename', change: 'removes' },
];

/** The file of a field that shapes of this kind write. */
function fileOf(kind: Shape['kind']): string {
  return kind === 'data' ? DATA : INDEX;
}

/** The effect of an edit, if no program overwrites it. A JSON file has nothing to remove. */
export function effectOf({ change }: Edit, kind: Shape['kind'], { entry, tag }: Field): Effect {
  const file = fileOf(kind);
  if (file === DATA) return { file, adds: [tag] };
  return change === 'adds' ? { file, adds: [`- ${tag}`] } : { file, removes: [entryLine(entry)] };
}

/** Opens the file in a folder. The returned function saves the change, and resolves to whether it did. */
export async function openFile(edit: Edit, kind: Shape['kind'], folder: string, field: Field): Promise<() => Promise<boolean>> {
  const path = join(folder, fileOf(kind));
  const opened = await readFile(path, 'utf8');
  return async () => {
    if (edit.saves === 'appends' && kind !== 'data') {
      await appendFile(path, `- ${field.tag}\n`);
      return true;
    }
    const text = changed(edit.reads === 'at once' ? await readFile(path, 'utf8') : opened, edit, kind, field);
    if (text === undefined) return false;
    // Half a JSON file would only make the command fail.
    const saved = edit.saves === 'by rename' || kind === 'data' ? join(field.scratch, 'saved') : path;
    await writeFile(saved, text);
    if (saved !== path) await rename(saved, path);
    return true;
  };
}

/** Undefined when the program read half a JSON file of another writer: it saves nothing. */
function changed(text: string, { change }: Edit, kind: Shape['kind'], { entry, tag }: Field): string | undefined {
  if (kind !== 'data') return change === 'adds' ? `${text}- ${tag}\n` : text.replace(`${entryLine(entry)}\n`, '');
  const parsed = attempt((): unknown => JSON.parse(text));
  if (parsed.status === 'rejected' || !isRecord(parsed.value)) return undefined;
  return `${JSON.stringify({ ...parsed.value, [tag]: 1 }, null, 2)}\n`;
}
