import { access } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { lastRequests, toolResults } from '../../support/messages-api.js';
import type { MemoryProject } from '../memory-project.js';
import { indexLine, noteText, type Thing } from './things.js';
import type { Writer } from './writers.js';

/** Which of the writes of some sessions are there. */
export interface Outcome {
  /** The things whose write reported success. */
  readonly written: readonly Thing[];
  /** The names of those that are missing. */
  readonly lost: readonly string[];
  /** Index lines that are there more than once. */
  readonly twice: readonly string[];
}

/** Compares the writes that the tools of these sessions reported as successful with what plain `claude` would find. */
export async function outcomeOf(project: MemoryProject, writers: readonly Writer[]): Promise<Outcome> {
  const results = lastRequests(project.api.requests)
    .flatMap(toolResults)
    .filter(({ isError }) => !isError);
  const inputs = results.map(({ tool, input }) => ({ tool, text: JSON.stringify(input) }));
  const written = writers
    .flatMap(({ things }) => things)
    .filter(({ kind, name }) => inputs.some(({ tool, text }) => toolsOf[kind].includes(tool) && text.includes(name)));
  const [index, settings, state] = await Promise.all([
    project.readMemoryFile('MEMORY.md'),
    json(project, project.shared('settings.json')),
    json(project, project.stateFile),
  ]);
  const lines = index.split('\n').map((line) => `${line}\n`);
  const isThere: Record<Thing['kind'], (name: string) => Promise<boolean> | boolean> = {
    note: async (name) => isNote(project, name),
    line: (name) => lines.includes(indexLine(name)),
    setting: (name) => settings.env?.[name] !== undefined,
    server: (name) => state.mcpServers?.[name] !== undefined,
  };
  const found = await Promise.all(written.map(async ({ kind, name }) => isThere[kind](name)));
  return {
    written,
    lost: written.flatMap(({ name }, at) => (found[at] === true ? [] : [name])),
    twice: written
      .filter(({ kind, name }) => kind === 'line' && lines.filter((line) => line === indexLine(name)).length > 1)
      .map(({ name }) => name),
  };
}

/** In the form `3 of 60`: the number of lost things and of written ones. */
export function lostOf({ written, lost }: Outcome): string {
  return `${lost.length} of ${written.length}`;
}

/** The same for each kind of thing, in the form `lines 2 of 30, settings 1 of 30`. */
export function lostByKind({ written, lost }: Outcome): string {
  const kinds = [...new Set(written.map(({ kind }) => kind))].toSorted();
  const things = kinds.map((kind) => written.filter((thing) => thing.kind === kind));
  return things.map((own, at) => `${kinds[at]}s ${own.filter(({ name }) => lost.includes(name)).length} of ${own.length}`).join(', ');
}

/** Sessions that write an old version back write the index and the settings with `Bash`. */
const toolsOf: Record<Thing['kind'], readonly string[]> = { note: ['Write'], line: ['Edit', 'Bash'], setting: ['Bash'], server: ['Bash'] };

async function isNote({ memory, readMemoryFile }: MemoryProject, name: string): Promise<boolean> {
  const isFile = await access(join(memory, `${name}.md`)).then(
    () => true,
    () => false,
  );
  return isFile && (await readMemoryFile(`${name}.md`)) === noteText(name);
}

async function json({ sandbox }: MemoryProject, path: string): Promise<v.InferOutput<typeof config>> {
  return v.parse(config, JSON.parse(await sandbox.read(path)));
}

const config = v.looseObject({
  env: v.optional(v.record(v.string(), v.string())),
  mcpServers: v.optional(v.record(v.string(), v.unknown())),
});
