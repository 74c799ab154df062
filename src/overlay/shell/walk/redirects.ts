import type { Redirect, Redirection, Word } from 'unbash';
import { hasHint } from '../words/hints.js';
import { type Flow, merged, NOTHING } from '../paths/mention.js';
import { toArguments } from '../programs/operands.js';
import { flowsOf } from '../words/piece.js';
import type { Scope, Setting } from './scope.js';
import type { Outcome } from './shell.js';
import { keep } from '../paths/survey.js';
import { Unclear } from '../unclear.js';
import { use, type User } from '../paths/uses.js';
import { bodyPieces, spell } from '../words/spell.js';

/** What the redirections of a command do. */
export interface Redirected {
  /** What it reads instead of the pipe; undefined where it still reads that. */
  readonly input: Flow | undefined;
  /** It reads a text in the command that may name a shared file. */
  readonly hinted: boolean;
  readonly output: Sink;
  readonly errors: Sink;
}

/** `pipe`: where the output of the command goes. `shown`: where errors go unless told otherwise. */
type Sink = 'pipe' | 'shown' | 'file' | 'nowhere';

/** Notes the files that redirections read and write. Throws `Unclear` as `use` does. */
export function readRedirects(scope: Scope, redirects: readonly Redirection[], user: User, setting: Setting): Redirected {
  let input: Flow | undefined;
  let hinted = false;
  let sinks: Sinks = { output: 'pipe', errors: 'shown' };
  for (const redirect of redirects) {
    if (redirect.type === 'HereDoc') {
      if (redirect.closing === undefined || redirect.delimiter === undefined) throw new Unclear('a here-document without an end');
      hinted ||= hasHint(redirect.body.text, scope.places.hints);
      input = merged(flowsOf(bodyPieces(scope, redirect.body, user.shell, setting)));
      continue;
    }
    const { target } = redirect;
    if (target === undefined) throw new Unclear('a redirection to nothing');
    if (redirect.type === 'HereString') {
      hinted ||= hasHint(scope.source.slice(target.pos, target.end), scope.places.hints);
      input = merged(flowsOf(spell(scope, target, user.shell, setting).pieces));
    } else if (redirect.operator === '<') {
      input = inputFrom(scope, target, user, setting);
    } else if (!isDescriptor(redirect, target)) {
      for (const argument of toArguments([spell(scope, target, user.shell, setting)])) use(scope, argument, 'file', user);
    }
    if (redirect.type === 'Redirect' && !redirect.operator.startsWith('<')) sinks = redirected(sinks, redirect, target);
  }
  return { input, hinted, ...sinks };
}

/** What a command prints after its redirections, and what of it is kept. `from`: how many uses there were before it. */
export function settled(scope: Scope, outcome: Outcome, { output, errors }: Redirected, from: number): Outcome {
  const { survey } = scope;
  // An error may name any path.
  const named: Flow = { ...NOTHING, mentions: survey.uses.slice(from).map(({ mention }) => mention) };
  if (errors === 'file') keep(survey, named);
  if (output === 'file') keep(survey, outcome.printed);
  const printed = output === 'pipe' ? outcome.printed : NOTHING;
  return { ...outcome, printed: errors === 'pipe' ? merged([printed, named]) : printed };
}

interface Sinks {
  readonly output: Sink;
  readonly errors: Sink;
}

function redirected({ output, errors }: Sinks, redirect: Redirect, target: Word): Sinks {
  const number = redirect.descriptor?.type === 'FileDescriptor' ? redirect.descriptor.value : undefined;
  const sink = isDescriptor(redirect, target) ? toDescriptor({ output, errors }, target.value) : target.value.startsWith('/dev/') ? 'nowhere' : 'file';
  const isBoth = redirect.operator.startsWith('&') || (redirect.operator === '>&' && number === undefined && !isDescriptor(redirect, target));
  if (isBoth) return { output: sink, errors: sink };
  if (number === 2) return { output, errors: sink };
  return number === undefined || number === 1 ? { output: sink, errors } : { output, errors };
}

function toDescriptor({ output, errors }: Sinks, text: string): Sink {
  if (text === '1') return output;
  if (text === '2') return errors;
  // Whatever another descriptor was opened for.
  return text === '-' ? 'nowhere' : 'file';
}

function isDescriptor({ operator }: Redirect, { value }: Word): boolean {
  return operator.endsWith('&') && /^(?:\d+-?|-)$/.test(value);
}

function inputFrom(scope: Scope, target: Word, user: User, setting: Setting): Flow {
  const spelling = spell(scope, target, user.shell, setting);
  const [only, ...others] = spelling.pieces;
  if (target.parts?.[0]?.type === 'ProcessSubstitution' && others.length === 0 && only?.value.kind === 'any') return only.value.flow;
  for (const argument of toArguments([spelling])) use(scope, argument, 'read', user);
  return NOTHING;
}
