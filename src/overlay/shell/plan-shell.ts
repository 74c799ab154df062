import { parse, type ParsedScript } from 'unbash';
import { substitute } from './walk/capture.js';
import { decide, type Edit } from './decide/decide.js';
import { effectsOf } from './walk/effects.js';
import { NOTHING } from './paths/mention.js';
import type { ShellPlaces, ShellPlan, TreeName } from './places.js';
import { isPlain, quoted } from './words/quote.js';
import { foldersOf } from './decide/roots.js';
import type { Scope } from './walk/scope.js';
import type { Shell } from './walk/shell.js';
import { emptySurvey } from './paths/survey.js';
import { Unclear } from './unclear.js';
import { readList } from './walk/walk.js';

/** What can be said of a command. */
export type Reading =
  | { readonly kind: 'planned'; readonly plan: ShellPlan }
  /** It writes no shared file. */
  | { readonly kind: 'harmless' }
  /** It is not understood well enough to be changed. */
  | { readonly kind: 'unclear'; readonly why: string };

/**
 * How a shell command is kept off the shared files that it writes. Undefined when it writes none of them, or cannot be
 * understood: it is then run as it is, as plain `claude` does. Never throws, whatever the text is.
 */
export function planShell(command: string, places: ShellPlaces): ShellPlan | undefined {
  const reading = readShell(command, places);
  return reading.kind === 'planned' ? reading.plan : undefined;
}

/** The same, with the reason where there is no plan. */
export function readShell(command: string, places: ShellPlaces): Reading {
  try {
    const script = parse(command);
    if (script.errors !== undefined) return { kind: 'unclear', why: 'a syntax error' };
    const plan = planned(command, script, places);
    return plan === undefined ? { kind: 'harmless' } : { kind: 'planned', plan };
  } catch (error) {
    if (error instanceof Unclear) return { kind: 'unclear', why: error.message };
    // Thousands of nested commands.
    if (error instanceof RangeError) return { kind: 'unclear', why: 'too deep' };
    throw error;
  }
}

function planned(command: string, script: ParsedScript, places: ShellPlaces): ShellPlan | undefined {
  const survey = emptySurvey();
  const scope: Scope = {
    source: command,
    places,
    survey,
    functions: new Map(),
    substitutions: new Map(),
    assigns: effectsOf([script]).assigns,
    substitute: (inner, shell, setting) => substitute(scope, inner, shell, setting),
  };
  const shell: Shell = { variables: new Map(), others: 'environment', made: new Set(), cwd: [places.cwd] };
  readList(scope, script, shell, { detached: false, contained: false, backquoted: false, input: NOTHING });
  const decision = decide(survey, places);
  if (decision === undefined) return undefined;
  const { copies, edits, splits } = decision;
  return {
    copies,
    folders: foldersOf(copies),
    rewrite: (rootOf) => (splits && !(isPlain(rootOf('memory')) && isPlain(rootOf('config'))) ? undefined : rewritten(command, edits, rootOf)),
  };
}

interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

function rewritten(command: string, edits: readonly Edit[], rootOf: (tree: TreeName) => string): string {
  const replacements = edits.flatMap((edit) => replacementsOf(command, edit, rootOf)).toSorted((one, other) => one.start - other.start || one.end - other.end);
  let text = '';
  let at = 0;
  for (const { start, end, text: put } of replacements) {
    text += command.slice(at, start) + put;
    at = end;
  }
  return text + command.slice(at);
}

function replacementsOf(command: string, edit: Edit, rootOf: (tree: TreeName) => string): Replacement[] {
  const privatePath = (tree: TreeName, place: string): string => (place === '' ? rootOf(tree) : `${rootOf(tree)}/${place}`);
  if (edit.kind === 'inside') {
    const folder = quoted(privatePath(edit.folder.tree, edit.folder.place), 'bare', 'bare');
    // Two parentheses would mean arithmetic.
    const opening = command[edit.start - 1] === '(' ? ' (' : '(';
    return [{ start: edit.start, end: edit.start, text: `${opening}cd ${folder} && ` }, { start: edit.end, end: edit.end, text: ')' }];
  }
  const { start, end, before, after, tree, place, tail, shared } = edit.word;
  const path = edit.kind === 'private' ? privatePath(tree, place) : shared;
  return [{ start, end, text: quoted(path + tail, before, after) }];
}
