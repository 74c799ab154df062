import { type FileCount, keptOf, surplusOf } from '../stress/sections.js';

/** The result of all sessions of one program. */
export interface DemoOutcome {
  /** Index lines in `MEMORY.md`. */
  readonly index: FileCount;
  /** Sections in `architecture.md`. */
  readonly topic: FileCount;
  /** The names of conflict copies. */
  readonly conflicts: readonly string[];
  /** The exit of each session that failed. */
  readonly failures: readonly string[];
}

/** Compares both programs in a table. */
export function demoTable(plain: DemoOutcome, ours: DemoOutcome): string {
  const rows: readonly (readonly [what: string, value: (outcome: DemoOutcome) => string])[] = [
    ['index lines kept in MEMORY.md', ({ index }) => keptOfAll(index)],
    ['sections kept in architecture.md', ({ topic }) => keptOfAll(topic)],
    ['surplus copies of lines and sections', ({ index, topic }) => String(surplusOf(index.sections) + surplusOf(topic.sections))],
    ['conflict copies', ({ conflicts }) => String(conflicts.length)],
  ];
  return [row('', 'claude', 'pclaude'), ...rows.map(([what, value]) => row(what, value(plain), value(ours)))].join('');
}

/** The faults of an outcome, in a sentence each. None if every line and section is there exactly once, and nothing else. */
export function faultsOf({ index, topic, conflicts, failures }: DemoOutcome): string[] {
  return [
    ...faultsIn(index, 'index line', 'MEMORY.md'),
    ...faultsIn(topic, 'section', 'architecture.md'),
    ...failures.map((failure) => `A session failed: ${failure}.`),
    ...conflicts.map((name) => `A conflict copy is there: ${name}.`),
  ];
}

function faultsIn({ sections, isIntact }: FileCount, kind: string, file: string): string[] {
  const lost = sections.filter(({ isWhole }) => !isWhole).map(({ title }) => title);
  const doubled = sections.filter(({ copies }) => copies > 1).map(({ title, copies }) => `${title} (${copies} times)`);
  return [
    ...(lost.length > 0 ? [`${plural(lost.length, kind)} missing in ${file}: ${lost.join(', ')}.`] : []),
    ...(doubled.length > 0 ? [`${plural(doubled.length, kind)} more than once in ${file}: ${doubled.join(', ')}.`] : []),
    ...(isIntact ? [] : [`${file} has changed elsewhere, too.`]),
  ];
}

function plural(count: number, kind: string): string {
  return `${count} ${kind}${count === 1 ? ' is' : 's are'}`;
}

function keptOfAll({ sections }: FileCount): string {
  return `${keptOf(sections)} of ${sections.length}`;
}

function row(what: string, plain: string, ours: string): string {
  return `${what.padEnd(38)}${plain.padStart(10)}${ours.padStart(12)}\n`;
}
