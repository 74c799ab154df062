import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createProject, type Project } from '../support/project.js';

/** A project with an existing memory. */
export interface MemoryProject extends Project {
  /** The folder in which plain `claude` keeps the project's memory. */
  readonly memory: string;
  readonly readMemoryFile: (name: string) => Promise<string>;
  /** The names in the memory folder, in order. */
  readonly memoryFiles: () => Promise<string[]>;
}

/** The one line of the index before the first write, at which all sessions add their lines. */
export const firstEntry = '- [Start](start.md) — how it began\n';

/** The whole index before the first write. */
export const firstIndex = `# Notes\n${firstEntry}`;

/** Makes a home with a project and a memory of two files: the index, and `start.md`. */
export async function memoryProject(): Promise<MemoryProject> {
  const project = await createProject();
  const { cwd, sandbox, shared } = project;
  const memory = shared('projects', cwd.replaceAll(/[^a-z\d]/gi, '-'), 'memory');
  await sandbox.write(join(memory, 'MEMORY.md'), firstIndex);
  await sandbox.write(join(memory, 'start.md'), 'It began here.\n');
  return {
    ...project,
    memory,
    readMemoryFile: async (name) => sandbox.read(join(memory, name)),
    memoryFiles: async () => (await readdir(memory)).toSorted(),
  };
}
