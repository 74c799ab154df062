import type { Step } from '../../support/messages-api.js';
import { claude, type Program, pclaude } from '../../support/real-client.js';
import { readMemory } from '../memory-calls.js';
import type { Random } from './random.js';
import { callFor, staleLine, staleRead, staleSetting, type Thing } from './things.js';

/** One client session of a stampede. */
export interface Writer {
  /** No name in a stampede is the start of another. */
  readonly name: string;
  readonly program: Program;
  readonly things: readonly Thing[];
  readonly steps: readonly Step[];
  /** Open gates, in order: the writer passes one before each of its own steps that follow `START`, and one before it exits. */
  readonly gates: readonly string[];
}

/** Names for writers. */
export function numbered(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, at) => `${name}-${String(at + 1).padStart(2, '0')}`);
}

/** The gate at which all writers, after they have read the index, wait for the last one. */
export const START = 'all are here';

const NOTES = 5;

/**
 * A pclaude session, or one of another program that does the same. It adds a line to the index at the same moment as all others, and then,
 * in its own order, five notes, a setting and a server. A `slow` one reads the settings before that moment, and writes them back in that
 * state with its own setting added.
 */
export function writer(name: string, random: Random, { program = pclaude, slow = false } = {}): Writer {
  const notes = Array.from({ length: NOTES }, (_, at): Thing => ({ kind: 'note', name: `note-${name}-${at + 1}` }));
  const [line, setting, server] = own(name);
  const [side, ...rest] = notes;
  const calls = [...rest, setting, server].map((thing) => (slow && thing === setting ? staleSetting(name, thing.name) : callFor(thing)));
  const [last, ...others] = random.shuffled(calls);
  const together = [last, ...(side === undefined ? [] : [callFor(side)])].filter((call) => call !== undefined);
  const before = [...(slow ? [staleRead(name)] : []), readMemory('MEMORY.md')];
  return {
    name,
    program,
    things: [line, setting, server, ...notes],
    ...gated(name, before, [callFor(line), ...others, { parallel: together }]),
  };
}

/** A plain `claude` that adds a line, a setting and a server at the same moment as all others. */
export function externalWriter(name: string): Writer {
  const things = own(name);
  return { name, program: claude, things, ...gated(name, [readMemory('MEMORY.md')], things.map(callFor)) };
}

/**
 * A plain `claude` that keeps the files as they were before the stampede. When the test opens its gate, it writes them back with its own
 * line and setting, which reverts every change made in between.
 */
export function staleExternalWriter(name: string, index: string, how: 'rename' | 'in place'): Writer {
  const [line, setting] = own(name);
  const writes = [staleLine(name, line.name, index, how), staleSetting(name, setting.name)];
  return {
    name,
    program: claude,
    things: [line, setting],
    steps: [staleRead(name, index), { hold: START }, { hold: name }, ...writes],
    gates: [],
  };
}

function own(name: string): [line: Thing, setting: Thing, server: Thing] {
  return [
    { kind: 'line', name: `line-${name}` },
    { kind: 'setting', name: `SETTING_${name.replace('-', '_')}` },
    { kind: 'server', name: `server-${name}` },
  ];
}

function gated(name: string, before: readonly Step[], steps: readonly Step[]): Pick<Writer, 'steps' | 'gates'> {
  const gates = Array.from({ length: steps.length + 1 }, (_, at) => `${name} at ${at}`);
  const each = gates.flatMap((barrier, at): Step[] => [{ barrier, parties: 1 }, ...steps.slice(at, at + 1)]);
  return { steps: [...before, { hold: START }, ...each], gates };
}
