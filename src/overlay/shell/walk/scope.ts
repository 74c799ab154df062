import type { ParsedScript } from 'unbash';
import type { Effects } from './effects.js';
import type { Flow } from '../paths/mention.js';
import type { Value } from '../words/piece.js';
import type { ShellPlaces } from '../places.js';
import type { Shell } from './shell.js';
import type { Survey } from '../paths/survey.js';

/** What stays the same while a command is read. */
export interface Scope {
  readonly source: string;
  readonly places: ShellPlaces;
  readonly survey: Survey;
  /** Functions that the command has defined so far. */
  readonly functions: Map<string, FunctionNote>;
  /** All variables that the command gives a value somewhere. */
  readonly assigns: Effects['assigns'];
  /** What was read of substitutions: a word may be looked at twice. */
  readonly substitutions: Map<ParsedScript, Value>;
  /** Reads the commands of `$(…)`; returns what stands in their place. */
  readonly substitute: (script: ParsedScript | undefined, shell: Shell, setting: Setting) => Value;
}

export interface FunctionNote extends Effects {
  readonly printed: Flow;
}

/** What surrounds a command. */
export interface Setting {
  /** It may still run when the whole command has ended. */
  readonly detached: boolean;
  /** It runs in a shell of its own, whose current folder is gone with it. */
  readonly contained: boolean;
  /** It stands between backquotes. */
  readonly backquoted: boolean;
  /** What it reads from a pipe. */
  readonly input: Flow;
}
