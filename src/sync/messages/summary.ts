import { STATE_FILE } from '../../client/shared-dir.js';
import type { JournalEntry } from './journal.js';

/** What is reported to the user after a session was merged. */
export interface Summary {
  /** Without the program's name; undefined when there is nothing to report. */
  readonly line: string | undefined;
  /** The number of unsettled conflicts, settings included. They are reported at any verbosity except silent. */
  readonly conflicts: number;
}

export interface SummaryInput {
  readonly entries: readonly JournalEntry[];
  readonly branch: string | null;
  /** `merged` for a session that ended, `recovered` for one that had been killed. */
  readonly verb: 'merged' | 'recovered';
  /** Whether a conflict copy still exists: a model may have settled the conflict. */
  readonly exists: (copy: string) => boolean;
  /** Which part of the merged index the client does not show, in words; undefined when it shows all of it. */
  readonly hidden?: string | undefined;
  /** Settings that both sides changed, and which value won, in words. */
  readonly contested?: readonly string[];
}

/**
 * One line for the user on what was merged. It leaves out the state file, in which the client counts its own launches. It does not count
 * the index beside the memories, which change it each time.
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
    ...(contested.length > 0
      ? [
          `both sides changed ${contested.join(', ')}; the other ${contested.length === 1 ? 'value is' : 'values are'} kept: pclaudectl conflicts`,
        ]
      : []),
    ...(hidden === undefined ? [] : [`MEMORY.md is ${hidden}; make it shorter`]),
  ];
  return { line: parts.length > 0 ? parts.join('; ') : undefined, conflicts: conflicts + contested.length };
}

/** One line for the user on what was discarded; undefined when that was nothing. `folder`: where it stays, as shown to the user. */
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
