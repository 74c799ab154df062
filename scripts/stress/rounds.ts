import type { MemoryProject } from '../../test/client/memory-project.js';
import type { Step, ToolCall } from '../../test/support/messages-api.js';
import type { Section } from './sections.js';
import { type SharedFile, type TargetName, targets } from './targets.js';

/**
 * The ways to add a section: write the whole file, insert it by an edit before one line that is the same for all writers, or insert
 * it by an edit at a place of its own.
 *
 * `write` takes the file as it was before the first round. A project has only one `MEMORY.md`, so `write` has to be its first round.
 */
export const wayNames = ['write', 'same-place', 'different-places'] as const;

type WayName = (typeof wayNames)[number];

/** A kind of file, and a way to write it. */
export interface Case {
  readonly target: TargetName;
  readonly way: WayName;
}

/** One file into which all writers put a section at the same moment. */
export interface Round extends Case {
  /** Unique in a launch. */
  readonly name: string;
  readonly file: SharedFile;
  /** The file before the first round. */
  readonly original: string;
  /** One for each writer. */
  readonly sections: readonly Section[];
}

/** In each round a writer makes two calls: it reads the file and writes it. */
export const CALLS_PER_ROUND = 2;

/** Creates a round for this number of writers. */
export function roundOf({ target, way }: Case, project: MemoryProject, writers: number): Round {
  const name = `${target}-${way}`;
  const { locate, part } = targets[target];
  return {
    name,
    target,
    way,
    file: locate(project, name),
    original: `# Notes\n\n${numbers(writers)
      .map((n) => placeOf(target, n).text)
      .join('')}`,
    sections: numbers(writers).map((n) => part(`Topic ${n} of ${name}`, `found by writer ${n} in ${name}`)),
  };
}

/** The steps of a writer in a round: read, wait until all have read, write. */
export function stepsOf(round: Round, writer: number): Step[] {
  const { file, sections } = round;
  return [{ tool: 'Read', input: { file_path: file.named } }, { barrier: gateOf(round), parties: sections.length }, writeOf(round, writer)];
}

/** The gate at which all writers wait until each has read. */
export function gateOf({ name }: Round): string {
  return `all have read for ${name}`;
}

function writeOf({ target, way, file, original, sections }: Round, writer: number): ToolCall {
  const own = sections[writer - 1]?.text ?? '';
  const [line = ''] = placeOf(target, way === 'different-places' ? writer : 1).text.split('\n');
  const [before, after] = [`${line}\n`, `${own}${line}\n`];
  return way === 'write'
    ? { tool: 'Write', input: { file_path: file.named, content: original.replace(before, () => after) } }
    : { tool: 'Edit', input: { file_path: file.named, old_string: before, new_string: after } };
}

/** A part of the original file. Sections are inserted before its first line. */
function placeOf(target: TargetName, n: number): Section {
  return targets[target].part(`Place ${n}`, `known before at place ${n}`);
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at + 1);
}
