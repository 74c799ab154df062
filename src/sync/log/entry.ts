import { isStoredContent, type StoredContent } from '../../system/content.js';
import { isRecord, isTextOrNull } from '../../system/json.js';

/** One merge: which session brought which changes into the shared dir, and when. */
export interface LogEntry {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The process that merged. */
  readonly pid: number;
  readonly session: string;
  readonly branch: string | null;
  /** The entry that the user undid; `session` is then the one whose change was undone. */
  readonly restores?: string;
  /** Which version of a conflict the user chose; `session` is then the one whose version was in conflict. */
  readonly settled?: Settled;
  readonly files: readonly LoggedFile[];
}

/** The session's version, the shared one, both, or a text that the user wrote. */
export type Settled = (typeof SETTLED)[number];

const SETTLED = ['session', 'shared', 'both', 'edit'] as const;

export interface LoggedFile {
  /** The id of the change: after a crash, one change may be in two entries. */
  readonly change: string;
  /** Its path in the shared dir, as reports show it. */
  readonly place: string;
  /** The file, behind all links. */
  readonly target: string;
  readonly outcome: 'merged' | 'deleted' | 'conflict';
  /** JSON keys that both sides had changed. */
  readonly decided: readonly string[];
  /** The conflict copy; null when there is none. */
  readonly copy: string | null;
  readonly content: LoggedContent;
}

export type LoggedContent =
  /**
   * What was replaced, and by what; null: no file. `base`: what the session had started from, unless that is `before`. `ours`: the
   * session's version, unless that is `after`. `late`: the change was made before others that were logged earlier.
   */
  | {
      readonly kept: true;
      readonly before: StoredContent;
      readonly after: StoredContent;
      readonly base?: StoredContent;
      readonly ours?: StoredContent;
      readonly late?: true;
    }
  /** The file may hold secrets, or is large. `keys`: names of the JSON keys that changed; null when they are not known. */
  | { readonly kept: false; readonly why: 'secret' | 'large'; readonly keys: readonly string[] | null };

/** The longest time from the epoch that a `Date` can hold, in milliseconds (ECMA-262). */
const LATEST_MS = 8.64e15;

/** Parses one line of a log; undefined for a line that a crash cut short, or that a newer version wrote. */
export function parseEntry(line: string): LogEntry | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isEntry(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isEntry(value: unknown): value is LogEntry {
  if (!isRecord(value)) return false;
  const { id, at, pid, session, branch, restores, settled, files } = value;
  const named =
    [id, session, restores ?? ''].every((text) => typeof text === 'string') && [at, pid].every((number) => typeof number === 'number');
  if (settled !== undefined && !SETTLED.some((each) => each === settled)) return false;
  return named && Math.abs(Number(at)) <= LATEST_MS && isTextOrNull(branch) && Array.isArray(files) && files.every(isFile);
}

function isFile(value: unknown): value is LoggedFile {
  if (!isRecord(value)) return false;
  const { change, place, target, outcome, decided, copy, content } = value;
  return (
    [change, place, target].every((text) => typeof text === 'string') &&
    typeof outcome === 'string' &&
    ['merged', 'deleted', 'conflict'].includes(outcome) &&
    isTexts(decided) &&
    isTextOrNull(copy) &&
    isContent(content)
  );
}

function isContent(value: unknown): value is LoggedContent {
  if (!isRecord(value)) return false;
  const { kept, before, after, base, ours, late, why, keys } = value;
  if (kept === false) return (why === 'secret' || why === 'large') && (keys === null || isTexts(keys));
  return kept === true && [before, after, base ?? null, ours ?? null].every(isStoredContent) && (late === undefined || late === true);
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

/** What an entry did to each file, from its content before the entry to its content after it. */
export function changesOf({ files }: LogEntry): LoggedFile[] {
  const byTarget = new Map<string, LoggedFile>();
  for (const file of files) {
    const earlier = byTarget.get(file.target);
    byTarget.set(file.target, earlier ? joined(earlier, file) : file);
  }
  return [...byTarget.values()];
}

/** A merge edits a file twice when an external writer wrote at the last moment, or when the index is to mention a conflict copy. */
function joined(one: LoggedFile, next: LoggedFile): LoggedFile {
  return {
    ...one,
    outcome: one.outcome === 'conflict' ? one.outcome : next.outcome,
    decided: [...new Set([...one.decided, ...next.decided])],
    copy: one.copy ?? next.copy,
    content: contentOf(one.content, next.content),
  };
}

function contentOf(one: LoggedContent, next: LoggedContent): LoggedContent {
  if (one.kept && next.kept) return { ...one, after: next.after };
  const [keys, more] = [one, next].map((content) => (content.kept ? null : content.keys));
  const why = one.kept ? (next.kept ? 'secret' : next.why) : one.why;
  return { kept: false, why, keys: keys && more ? [...new Set([...keys, ...more])] : null };
}
