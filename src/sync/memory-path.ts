import { join } from 'node:path';

/** The path of a memory file in reports and for the rows of the layout, wherever the memory folder is. */
export function memoryPath(place: string): string {
  return join('memory', place);
}

export function isMemoryPath(path: string): boolean {
  return path.startsWith('memory/');
}
