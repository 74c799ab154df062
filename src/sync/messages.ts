import { join } from 'node:path';
import { STATE_FILE } from '../client/shared-dir.js';
import { isUserError } from '../system/errors.js';
import { reasonOf } from '../system/fs/fs-error.js';
import { systemErrorLine } from '../system/report.js';
import { count } from '../system/text.js';
import { isMemoryPlace, memoryPlace } from './change.js';
import type { JournalEntry } from './journal.js';

/** What is reported to the user after a session was merged. */
interface Summary {
  /** Without the program's name; undefined when there is nothing to report. */
  readonly line: string | undefined;
  /** The number of unsettled conflicts, settings included. They are reported at any verbosity except silent. */
  readonly conflicts: number;
}

interface SummaryInput {
  readonly entries: readonly JournalEntry[];
  readonly branch: string | null;
  /** `merged` for a session that ended, `recovered` for one that had been killed. */
  readonly verb: 'merged' | 'recovered';
  /** Whether a conflict copy still exists: a model may have settled the conflict. */
  readonly exists: (copy: string) => boolean;
  /** Which part of the merged index the client does not show, in words; undefined when it shows all of it. */
  readonly hidden?: string | undefined;
  /** Settings that both sides changed, and which value won, in words. */
  readonly decidedSettings?: readonly string[];
}

/**
 * One line for the user on what was merged. It leaves out the state file, in which the client counts its own launches. It does not count
 * the index beside the memories, which change it each time.
 */
export function summarize({ entries, branch, verb, exists, hidden, decidedSettings = [] }: SummaryInput): Summary {
  const last = new Map(entries.map((entry) => [entry.path, entry]));
  const merged = new Set(entries.filter(({ outcome, path }) => outcome !== 'conflict' && path !== STATE_FILE).map(({ path }) => path));
  const copies = new Map(entries.flatMap(({ copy, path }) => (copy !== null && exists(copy) ? [[copy, path] as const] : [])));
  const inSession = [...last.values()].filter(({ outcome, copy }) => outcome === 'conflict' && copy === null);
  const conflicts = [...copies.values(), ...inSession.map(({ path }) => path)];
  const parts = [
    ...(merged.size > 0 ? [`${verb} ${listedFiles([...merged])}${from(branch)}`] : []),
    ...(conflicts.length > 0
      ? [`${namedConflicts(conflicts)}${merged.size > 0 ? '' : from(branch)}, both versions kept: pclaudectl conflicts`]
      : []),
    ...(decidedSettings.length > 0
      ? [
          `both sides changed ${decidedSettings.join(', ')}; the other ${decidedSettings.length === 1 ? 'value is' : 'values are'} kept: pclaudectl conflicts`,
        ]
      : []),
    ...(hidden === undefined ? [] : [`MEMORY.md is ${hidden}; make it shorter`]),
  ];
  return { line: parts.length > 0 ? parts.join('; ') : undefined, conflicts: conflicts.length + decidedSettings.length };
}

/** How many conflicts there are, and in which files, if these are one or two. */
function namedConflicts(paths: readonly string[]): string {
  const files = [...new Set(paths)].toSorted();
  return `${count(paths.length, 'conflict', 'conflicts')}${files.length > 2 ? '' : ` in ${files.join(' and ')}`}`;
}

/** One line for the user on what was discarded; undefined when that was nothing. `folder`: where it stays, as shown to the user. */
export function discardedLine(paths: readonly string[], branch: string | null, folder: string): string | undefined {
  const dropped = paths.filter((path) => path !== STATE_FILE);
  return dropped.length === 0
    ? undefined
    : `discarded ${listedFiles(dropped)}${from(branch)}; all of it stays in ${folder} until pclaudectl gc`;
}

function from(branch: string | null): string {
  return branch === null ? '' : ` from ${branch}`;
}

function listedFiles(paths: readonly string[]): string {
  const memories = paths.filter(isMemoryPlace);
  const notes = memories.filter((path) => path !== memoryPlace('MEMORY.md'));
  const others = paths.filter((path) => !isMemoryPlace(path)).toSorted();
  const named = others.length <= 2 ? others.join(' and ') : count(others.length, 'other file', 'other files');
  const counted = memories.length > 0 ? count(Math.max(1, notes.length), 'memory', 'memories') : '';
  return [counted, named].filter((part) => part !== '').join(' and ');
}

/** A shared settings file did not parse; `path` is its new name. */
export function quarantinedLine(path: string): string {
  return `a settings file was not valid JSON; it is kept as ${path} and was rebuilt from what the session knew`;
}

/** A shared file is broken or has lost content, as is reported before a session begins. `ago`: formats the age of its last good version. */
export function mishapLine(mishap: SharedMishap, ago: (at: number) => string): string {
  const what = mishap.kind === 'broken' ? `${mishapWords(mishap)}, so Claude Code starts without it, or not at all` : mishapWords(mishap);
  return `${mishap.path} ${what}; ${mishapHint(mishap, ago)}`;
}

/** The session dir was removed while the session ran, or a part of it. */
export function damagedLine(id: string, home: string): string {
  return `the folder of session ${id} was removed while it ran, or a part of it; its memory is merged, settings that it changed at the end may not be; look into ${home}`;
}

/** Names in the shared dir are read-only, so the session's changes to them are not merged. */
export function readOnlyLine(id: string, names: readonly string[]): string {
  const [it, what] = names.length === 1 ? ['it is', 'it'] : ['they are', 'them'];
  return `${names.join(', ')} of session ${id} cannot be merged: ${it} read-only in the shared dir; what the session changed is kept: make ${what} writable, then run: pclaudectl merge ${id}`;
}

/** Why a session has no slot, the number by which sessions that run at the same time keep their databases and ports apart. */
export function noSlotLine(problem: string, stateDir: string): string {
  return `PCLAUDE_SLOT and PCLAUDE_PORT_BASE are not set in this session, because of ${join(stateDir, 'slots')}: ${problem}`;
}

/**
 * Why a launch could not merge a session. An unknown error keeps its stack but does not end pclaude: the caller must get the client's own
 * exit code.
 */
export function failureLine(id: string, error: unknown): string {
  return lineOf(id, error, reasonOf(error), 'the next launch of pclaude tries again');
}

/** The same for a merge that the user asked for by hand. The hint differs, because a launch does not try a closed session again. */
export function mergeFailureLine(id: string, error: unknown): string {
  return lineOf(id, error, systemErrorLine(error), `try again with: pclaudectl merge ${id}`);
}

/** Why a session could not be discarded. */
export function discardFailureLine(id: string, error: unknown): string {
  const hint = isUserError(error) ? error.hint : `try again with: pclaudectl merge --discard ${id}`;
  return `session ${id} was not discarded: ${whatOf(error, systemErrorLine(error))}; ${hint}`;
}

function lineOf(id: string, error: unknown, reason: string | undefined, hint: string): string {
  return `session ${id} could not be merged: ${whatOf(error, reason)}; nothing is lost, ${hint}`;
}

function whatOf(error: unknown, reason: string | undefined): string {
  const known = isUserError(error) ? error.message : reason;
  return known ?? (error instanceof Error ? (error.stack ?? error.message) : String(error));
}

/** A shared file that looks as if a mishap had happened to it. */
export type SharedMishap = BrokenFile | LostSections;

export interface Harmed {
  readonly name: string;
  /** The path of the shared file, as it is shown to the user. */
  readonly path: string;
  /** When its last good version was kept, in milliseconds since the epoch; null when there is none. */
  readonly keptAt: number | null;
}

/** The file is not valid JSON from this position on. */
interface BrokenFile extends Harmed {
  readonly kind: 'broken';
  readonly line: number;
  readonly column: number;
}

/** The file has lost most of each of these sections; an empty name stands for the whole file. */
interface LostSections extends Harmed {
  readonly kind: 'lost';
  readonly sections: readonly string[];
}

/** What is wrong with the file, worded to follow its path. Names sections, never their content. */
export function mishapWords(mishap: SharedMishap): string {
  if (mishap.kind === 'broken') return `is not valid JSON (line ${mishap.line}, column ${mishap.column})`;
  return `has lost most of ${listed(mishap.sections)}`;
}

function listed(sections: readonly string[]): string {
  if (sections.includes('')) return 'what was in it';
  const shown = sections.length <= 3 ? sections : [...sections.slice(0, 2), `${sections.length - 2} more sections`];
  return shown.length === 1 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}

/** What the user can do about it. `ago`: formats the age of the last good version. */
export function mishapHint({ name, kind, keptAt }: SharedMishap, ago: (at: number) => string): string {
  if (keptAt === null) return 'correct it: no good version of it is kept';
  const back = `bring back the version of ${ago(keptAt)} ago with: pclaudectl restore ${name}`;
  return kind === 'broken' ? back : `${back}; or keep it as it is with: pclaudectl restore ${name} --keep`;
}
