import { join } from 'node:path';

/** How a file of memory is named in reports, and found by the rows of the layout: a memory folder may stand anywhere. */
export function memoryPath(place: string): string {
  return join('memory', place);
}

export function isMemoryPath(path: string): boolean {
  return path.startsWith('memory/');
}
