import { STATE_FILE } from '../../client/shared-dir.js';
import type { JournalEntry } from './journal.js';

/** What a person is told of a session that was merged. */
export interface Summary {
  /** Without the program's name; undefined when there is nothing to tell. */
  readonly line: string | undefined;
  /** How many conflicts nobody has settled yet, settings among them: these are told in any case. */
  readonly conflicts: number;
}

export interface SummaryInput {
  readonly entries: readonly JournalEntry[];
  readonly branch: string | null;
  /** `merged` of a session that ends, `recovered` of one that had been killed. */
  readonly verb: 'merged' | 'recovered';
  /** Whether a conflict copy is still there: a model may have settled it. */
  readonly exists: (copy: string) => boolean;
  /** What the client does not show of the index that was merged; undefined where it shows all of it. */
  readonly hidden?: string | undefined;
  /** Settings that both sides had changed, and which value stands; in words. */
  readonly contested?: readonly string[];
}

/**
 * One line on what was merged, for people. That the client counts its own launches, in its state file, is no news; nor
 * is the index, which goes with the memories.
 */
export function summarize({ entries, branch, verb, exists, hidden, contested = [] }: SummaryInput): Summary {
  const last = new Map(entries.map((entry) => [entry.path, entry]));
  const merged = new Set(entries.filter(({ outcome, path }) => outcome !== 'conflict' && path !== STATE_FILE).map(({ path }) => path));
  const copies = new Set(entries.flatMap(({ copy }) => (copy !== null && exists(copy) ? [copy] : [])));
  const inSession = [...last.values()].filter(({ outcome, copy }) => outcome === 'conflict' && copy === null);
  const conflicts = copies.size + inSession.length;
  const parts = [
    ...(merged.size > 0 ? [`${verb} ${listed([...merged])}${from(branch)}`] : []),
    ...(conflicts > 0 ? [`${count(conflicts, 'conflict', 'conflicts')}, both versions kept: pclaudectl conflicts`] : []),
    ...(contested.length > 0 ? [`both sides changed ${contested.join(', ')}; the other ${contested.length === 1 ? 'value is' : 'values are'} kept: pclaudectl conflicts`] : []),
    ...(hidden === undefined ? [] : [`MEMORY.md is ${hidden}; make it shorter`]),
  ];
  return { line: parts.length > 0 ? parts.join('; ') : undefined, conflicts: conflicts + contested.length };
}

/**
 * One line on what was thrown away, for people; undefined when that was nothing. `folder`: where it stays, as people write it.
 */
export function discardedLine(paths: readonly string[], branch: string | null, folder: string): string | undefined {
  const dropped = paths.filter((path) => path !== STATE_FILE);
  return dropped.length === 0 ? undefined : `discarded ${listed(dropped)}${from(branch)}; all of it stays in ${folder} until pclaudectl gc`;
}

function from(branch: string | null): string {
  return branch === null ? '' : ` from ${branch}`;
}

function listed(paths: readonly string[]): string {
  const memories = paths.filter((path) => path.startsWith('memory/'));
  const notes = memories.filter((path) => path !== 'memory/MEMORY.md');
  const others = paths.filter((path) => !path.startsWith('memory/')).toSorted();
  const named = others.length <= 2 ? others.join(' and ') : count(others.length, 'other file', 'other files');
  const counted = memories.length > 0 ? count(Math.max(1, notes.length), 'memory', 'memories') : '';
  return [counted, named].filter((part) => part !== '').join(' and ');
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}
