import type { MemoryProject } from '../../test/client/memory-project.js';
import type { Step, ToolCall } from '../../test/support/messages-api.js';
import type { Section } from './sections.js';
import { type SharedFile, type TargetName, targets } from './targets.js';

/**
 * How a session writes its section: the whole file, an edit before the line before which all others insert theirs, too, or an
 * edit at a place of its own.
 *
 * A whole file is written as it was before the first round, so for the one `MEMORY.md` of a project that comes first.
 */
export const wayNames = ['write', 'same-place', 'different-places'] as const;

type WayName = (typeof wayNames)[number];

/** What is tried: a kind of file, and a way to write it. */
export interface Case {
  readonly target: TargetName;
  readonly way: WayName;
}

/** One file into which all writers put a section at the same moment. */
export interface Round extends Case {
  /** None of the same launch has the same. */
  readonly name: string;
  readonly file: SharedFile;
  /** The file before the first round. */
  readonly original: string;
  /** One a writer. */
  readonly sections: readonly Section[];
}

/** Each writer makes these calls in each round: it reads the file, and writes it. */
export const CALLS_PER_ROUND = 2;

/** A round for so many writers. */
export function roundOf({ target, way }: Case, project: MemoryProject, writers: number): Round {
  const name = `${target}-${way}`;
  const { locate, part } = targets[target];
  return {
    name,
    target,
    way,
    file: locate(project, name),
    original: `# Notes\n\n${numbers(writers).map((n) => placeOf(target, n).text).join('')}`,
    sections: numbers(writers).map((n) => part(`Topic ${n} of ${name}`, `found by writer ${n} in ${name}`)),
  };
}

/** What a writer does in a round: all have read the file when the first of them writes it. */
export function stepsOf(round: Round, writer: number): Step[] {
  const { file, sections } = round;
  return [{ tool: 'Read', input: { file_path: file.named } }, { barrier: gateOf(round), parties: sections.length }, writeOf(round, writer)];
}

/** The name of the gate at which all wait until each has read. */
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

/** A part that the file has before: the place before which a section is inserted. */
function placeOf(target: TargetName, n: number): Section {
  return targets[target].part(`Place ${n}`, `known before at place ${n}`);
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at + 1);
}
