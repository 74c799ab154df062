import { readFileSync, rmSync } from 'node:fs';
import * as v from 'valibot';
import { answerHook } from '../../../src/hook/hook.js';
import type { SyncReport } from '../../../src/sync/change.js';
import { findConflicts } from '../../../src/sync/conflicts/conflicts.js';
import { type Choice, settle } from '../../../src/sync/conflicts/settle.js';
import { NO_TURNS } from '../../../src/sync/turns/no-turns.js';
import type { Files } from '../../../src/system/files/files.js';
import { realFiles } from '../../../src/system/files/real-files.js';
import { mergeAndClose } from '../../support/close.js';
import { createScratch, type Scratch } from '../../support/scratch.js';
import { hookOf, layout, manifestOf, openSession } from '../../support/session.js';

/** The path of the memory folder in the shared dir. */
export const MEMORY = 'projects/p/memory';

/** The content of a shared dir, by path. */
type Content = Readonly<Record<string, string | Uint8Array>>;
type Edit = (text: string) => string;

/** A call of a file tool on a memory file: it checks the file, then writes it, and then the hook runs. */
interface ToolCall {
  readonly begin: () => Promise<void>;
  readonly end: () => Promise<void>;
}

/** One session over the shared dir as it is when the session starts. Its name is its branch. */
export interface Session {
  readonly edits: (memory: string, edit: Edit) => ToolCall;
  /** Writes the whole file, whatever it contains. */
  readonly writes: (memory: string, text: string) => ToolCall;
  /** The path of a file of its home. */
  readonly home: (path: string) => string;
  /** Makes or changes files of its home. */
  readonly makes: (content: Content) => void;
  readonly changes: (name: string, edit: Edit) => void;
  /** Changes a JSON file of its home and writes it whole, as the client does. */
  readonly sets: (name: string, change: (value: Json) => void) => void;
  readonly removes: (name: string) => void;
  /** Its client exits, and all its changes are merged. */
  readonly ends: (files?: Files) => Promise<SyncReport>;
}

/** A JSON object whose values a test knows. */
export type Json = Record<string, unknown>;

/** The events in one shared dir. */
export interface Story {
  readonly scratch: Scratch;
  readonly session: (name: string) => Session;
  /** All files below a path of the shared dir. */
  readonly shared: (path: string) => Record<string, string>;
  readonly memory: () => Record<string, string>;
  readonly json: (name: string) => unknown;
  readonly bytes: (path: string) => Buffer;
  /** Settles the only conflict. */
  readonly settle: (take: 'ours' | 'theirs' | 'both') => Promise<void>;
  /** The names of files that have two versions. */
  readonly conflicts: () => string[];
  /** A shell deletes a memory: the file tools of a model cannot. */
  readonly deletes: (memory: string) => void;
}

export function createStory(content: Content): Story {
  const scratch = createScratch();
  for (const [path, text] of Object.entries(content)) scratch.write(`shared/${path}`, text);
  const scope = { stateDir: scratch.at('state'), shared: manifestOf(scratch, 'any').shared };
  const conflicts = (): ReturnType<typeof findConflicts> => findConflicts(realFiles, { ...scope, layout, sessions: [] });
  return {
    scratch,
    session: (name) => createTestSession(scratch, name),
    shared: (path) => scratch.tree(`shared/${path}`),
    memory: () => scratch.tree(`shared/${MEMORY}`),
    json: (name) => JSON.parse(scratch.read(`shared/${name}`) ?? 'null'),
    bytes: (path) => readFileSync(scratch.at('shared', path)),
    deletes: (memory) => rmSync(scratch.at('shared', MEMORY, memory)),
    conflicts: () => conflicts().map(({ place }) => place),
    async settle(take) {
      const [conflict, ...more] = conflicts();
      if (!conflict || more.length > 0) throw new Error(`${more.length + (conflict ? 1 : 0)} conflicts`);
      await settle(realFiles, { ...scope, layout }, conflict, { take } satisfies Choice);
    },
  };
}

/** Every call ends before the next begins. */
export async function inTurn(...calls: readonly ToolCall[]): Promise<void> {
  for (const { begin, end } of calls) {
    await begin();
    await end();
  }
}

/** All calls have begun before the first ends. */
export async function atOnce(...calls: readonly ToolCall[]): Promise<void> {
  for (const { begin } of calls) await begin();
  for (const { end } of calls) await end();
}

export function lines(...all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join('');
}

/** Adds lines at the end. */
export function adding(...all: readonly string[]): Edit {
  return (text) => text + lines(...all);
}

/** As `Edit` of the client: the text to be replaced must be there. */
export function replacing(old: string, next: string): Edit {
  return (text) => {
    if (!text.includes(old)) throw new Error(`the file does not say "${old}"`);
    return text.replace(old, () => next);
  };
}

let calls = 0;

function createTestSession(scratch: Scratch, name: string): Session {
  const { stateDir, paths, manifest, lock } = openSession(scratch, name.padEnd(10, '0'), { branch: name });
  const home = (path: string): string => `${paths.home}/${path}`;

  // As the client does it: it checks the file, works out the whole text, and replaces whatever is there by then.
  const write = (memory: string, how: Edit): ToolCall => {
    const id = `call-${calls++}`;
    const file = scratch.at('shared', MEMORY, memory);
    let before: string | undefined;
    let began = 0;
    return {
      async begin() {
        began = Date.now();
        before = scratch.read(file);
      },
      async end() {
        const content = how(before ?? '');
        scratch.write(file, content);
        const told = { originalFile: before ?? null, content };
        await answerHook(
          { ...hookOf(stateDir, paths.id), turns: { ...NO_TURNS, since: () => began } },
          JSON.stringify({
            hook_event_name: 'PostToolUse',
            tool_name: 'Write',
            tool_use_id: id,
            tool_input: { file_path: file },
            tool_response: told,
            duration_ms: Date.now() - began,
          }),
        );
      },
    };
  };
  const edit = (path: string, how: Edit): void => void scratch.write(path, how(scratch.read(path) ?? ''));

  return {
    home,
    edits: write,
    writes: (memory, text) => write(memory, () => text),
    makes: (content) => Object.entries(content).forEach(([path, text]) => scratch.write(home(path), text)),
    changes: (path, how) => edit(home(path), how),
    sets: (path, change) => edit(home(path), (text) => changed(text, change)),
    removes: (path) => rmSync(home(path), { recursive: true }),
    async ends(files) {
      lock.release();
      return mergeAndClose({ stateDir, paths, manifest, layout }, files);
    },
  };
}

function changed(text: string, change: (value: Json) => void): string {
  const value = v.parse(v.record(v.string(), v.unknown()), JSON.parse(text));
  change(value);
  return `${JSON.stringify(value, null, 2)}\n`;
}
