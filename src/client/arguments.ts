import table from '../../templates/client/arguments.json' with { type: 'json' };
import { isJobId } from './jobs.js';

/** What a command line asks for. */
export type Invocation =
  /** A command that is not a session: it runs on the shared dir itself. */
  | { readonly kind: 'management' }
  /** Lists background jobs; `all`: also those that have ended. */
  | { readonly kind: 'agents'; readonly json: boolean; readonly all: boolean }
  /** A command for a background job: it runs in the home that has the job. `rest`: the arguments after the word. */
  | { readonly kind: 'job'; readonly word: string; readonly rest: readonly string[] }
  | SessionInvocation;

export interface SessionInvocation {
  readonly kind: 'session';
  /** The last `--settings`, which is the one that the client uses. */
  readonly settings: SettingsArgument | undefined;
  /** The value of `--setting-sources`. */
  readonly sources: readonly string[] | undefined;
  /** The caller sends the settings on standard input; the client then refuses `--settings`. */
  readonly settingsOnInput: boolean;
  /** The option, if any, that makes the client skip hooks and much else. */
  readonly minimal: string | undefined;
  /** The client prints one answer and exits (`-p`); its output may be read by a program. */
  readonly print: boolean;
  /** The client makes a working tree for the session. */
  readonly worktree: boolean;
  /** The session resumes a conversation, which the client looks for in the folder where it is started. */
  readonly resumes: boolean;
  /** Which conversation it resumes; undefined if the command line does not name one, or asks for a fork. */
  readonly conversation: ConversationChoice | undefined;
}

/** `newest`: the most recent conversation of the folder. */
export type ConversationChoice = { readonly kind: 'named'; readonly id: string } | { readonly kind: 'newest' };

interface SettingsArgument {
  readonly value: string;
  /** The index of the option; `joined`: whether the value is joined to it by `=`. */
  readonly index: number;
  readonly joined: boolean;
}

const RESUMING = ['-c', '--continue', '-r', '--resume'];

/**
 * Distinguishes sessions from other commands. As in the client, an unknown first word is a prompt, and with `-p` every word
 * is, except a job command in the first position.
 */
export function classify(args: readonly string[]): Invocation {
  let settings: SettingsArgument | undefined;
  let sources: readonly string[] | undefined;
  let minimal: string | undefined;
  let word = '';
  let settingsOnInput = false;
  let print = false;
  let worktree = false;
  let resumed: string | undefined;
  const seen = new Set<string>();
  for (const { index, option, value, joined } of options(args)) {
    if (option === undefined) {
      word = value ?? '';
      const rest = args.slice(index + 1);
      if (isJobCommand(word, rest, index === 0, seen)) return { kind: 'job', word, rest };
      continue;
    }
    seen.add(option);
    if (option === '-p' || option === '--print') print = true;
    if (option === '-w' || option === '--worktree') worktree = true;
    if (table.minimal.includes(option)) minimal = option;
    if (table.management.options.includes(option)) return { kind: 'management' };
    if (value === undefined) continue;
    if (option === '-r' || option === '--resume') resumed = value;
    if (option === '--settings') settings = { value, index, joined };
    if (option === '--setting-sources') sources = wordsIn(value);
    if (option === '--initialize-fields') settingsOnInput ||= wordsIn(value).includes('settings');
  }
  if (word === 'agents' && !print) return { kind: 'agents', json: seen.has('--json'), all: seen.has('--all') };
  return table.management.words.includes(word) && !print
    ? { kind: 'management' }
    : {
        kind: 'session',
        settings,
        sources,
        minimal,
        settingsOnInput,
        print,
        worktree,
        resumes: RESUMING.some((option) => seen.has(option)),
        conversation: conversationOf(seen, resumed),
      };
}

function conversationOf(seen: ReadonlySet<string>, resumed: string | undefined): ConversationChoice | undefined {
  if (seen.has('--fork-session')) return undefined;
  if (resumed !== undefined && UUID.test(resumed)) return { kind: 'named', id: resumed };
  return seen.has('-c') || seen.has('--continue') ? { kind: 'newest' } : undefined;
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** As the first argument, a job word is always a job command; after options only when it cannot be a prompt. */
function isJobCommand(word: string, [next = '']: readonly string[], isFirst: boolean, seen: ReadonlySet<string>): boolean {
  if (!table.jobs.words.includes(word)) return false;
  if (isFirst) return true;
  return (isJobId(next) || (word === 'respawn' && next === '--all')) && table.jobs.notBehind.every((option) => !seen.has(option));
}

function wordsIn(value: string): string[] {
  return value.split(',').map((word) => word.trim());
}

/** The arguments with `file` as the `--settings` that the client uses. */
export function withSettings(args: readonly string[], present: SettingsArgument | undefined, file: string): string[] {
  if (!present) return ['--settings', file, ...args];
  const { index, joined } = present;
  return joined ? args.with(index, `--settings=${file}`) : args.with(index + 1, file);
}

interface Part {
  readonly index: number;
  /** Undefined for the first word that is not an option. */
  readonly option: string | undefined;
  readonly value: string | undefined;
  readonly joined: boolean;
}

/** All options, and the first word that is not an option, as the client's own parser (commander) finds them. */
function* options(args: readonly string[]): Generator<Part> {
  let wordSeen = false;
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? '';
    if (arg === '--') return;
    if (!arg.startsWith('-') || arg === '-') {
      if (!wordSeen) yield { index, option: undefined, value: arg, joined: false };
      wordSeen = true;
      continue;
    }
    const equals = arg.startsWith('--') ? arg.indexOf('=') : -1;
    if (equals >= 0) {
      yield { index, option: arg.slice(0, equals), value: arg.slice(equals + 1), joined: true };
      continue;
    }
    const values = valuesAfter(args, index, arg);
    yield { index, option: arg, value: args[index + 1], joined: false };
    index += values;
  }
}

function valuesAfter(args: readonly string[], index: number, option: string): number {
  if (table.takesOne.includes(option)) return 1;
  if (table.mayTakeOne.includes(option)) return isValue(args[index + 1]) ? 1 : 0;
  if (!table.takesMany.includes(option)) return 0;
  let count = 0;
  while (isValue(args[index + 1 + count])) count++;
  return count;
}

function isValue(arg: string | undefined): boolean {
  return arg !== undefined && !arg.startsWith('-');
}
