import type { SharedFile } from '../sync/lost-updates/seen-change.js';


/** What is known before a shell command runs. */
export interface Before {
  readonly command: string;
  readonly look: Look;
  /** The files of which it has the turns, by their real paths. */
  readonly inTurn: ReadonlySet<string>;
}

/** What a launcher remembers of the session's shell commands that run, in its memory alone: a launcher that is killed leaves nothing of it. */
export interface Looks {
  readonly keep: (call: string, before: Before) => void;
  readonly of: (call: string) => Before | undefined;
  readonly forget: (call: string) => void;
  /** The calls that run a command. */
  readonly callsOf: (command: string) => readonly string[];
  /** What the last look has found, so that the next reads only files that have changed since. */
  known: ReadonlyMap<string, LookedAt>;
}

/** Of a call that was refused nobody may tell us. More commands than this do not run at once. */
const MOST_CALLS = 100;

export function createLooks(): Looks {
  const calls = new Map<string, Before>();
  return {
    keep(call, before) {
      calls.set(call, before);
      for (const oldest of [...calls.keys()].slice(0, -MOST_CALLS)) calls.delete(oldest);
    },
    of: (call) => calls.get(call),
    forget: (call) => void calls.delete(call),
    callsOf: (command) => [...calls].flatMap(([call, before]) => (before.command === command ? call : [])),
    known: new Map(),
  };
}

/** Shared text files as they were at one moment. */
export interface Look {
  /** When it began, in milliseconds since the epoch. */
  readonly at: number;
  /** By their real paths. */
  readonly files: ReadonlyMap<string, LookedAt>;
  /** Whether it was at all files, and not only at some. */
  readonly isWhole: boolean;
}

export interface LookedAt extends SharedFile {
  /** Changes with the content, unless that changes twice within a tick of the system's clock. */
  readonly signature: string;
  /** Milliseconds since the epoch. */
  readonly readAt: number;
  /** Null for what is no text, or large. */
  readonly content: Uint8Array | null;
}
