import { assignAll, type Declared } from './assignment.js';
import { changeFolder } from './folder.js';
import { isHinted } from '../words/hints.js';
import { type Flow, merged, NOTHING } from '../paths/mention.js';
import type { Argument } from '../programs/operands.js';
import { flowsOf, textOf, UNKNOWN, type Value } from '../words/piece.js';
import type { Scope } from './scope.js';
import { assign, type Shell } from './shell.js';
import { Unclear } from '../unclear.js';
import { use, type User } from '../paths/uses.js';
import { valueOf } from '../words/variables.js';

/** Where the shell is after a command of its own. */
export interface After {
  readonly ok: Shell | undefined;
  readonly failed: Shell | undefined;
  readonly unlikely?: Shell | undefined;
}

const NAMES = new Set([
  'cd', 'pushd', 'popd', 'export', 'readonly', 'declare', 'typeset', 'local', 'unset', 'read', 'mapfile', 'readarray', 'getopts', 'let',
  'source', '.', 'exit', 'return', 'break', 'continue', 'trap', 'set', 'eval', 'alias', 'enable', 'disown', 'bg', 'coproc',
]);

/** Whether a command changes the shell itself, so that it does nothing in a subshell. */
export function isBuiltin(name: string): boolean {
  return NAMES.has(name);
}

/**
 * What a command of the shell itself does with the shell; undefined for all other commands. `input` is what it reads from a
 * pipe. Throws `Unclear` for those that run texts.
 */
export function builtin(scope: Scope, name: string, args: readonly Argument[], declared: readonly Declared[], user: User, input: Flow): After | undefined {
  const { shell } = user;
  const texts = args.map(({ pieces }) => textOf(pieces));
  switch (name) {
    case 'cd':
      return changeFolder(scope, args, user);
    case 'pushd':
    case 'popd':
      if (args.some(({ spelling }) => isHinted(scope, spelling))) throw new Unclear(name);
      return same({ ...shell, cwd: undefined });
    case 'export':
    case 'readonly':
    case 'declare':
    case 'typeset':
    case 'local':
      return declare(scope, name, args, declared, user);
    case 'unset':
      return same(texts.reduce((changed: Shell, text) => (text === undefined ? changed : assign(changed, text, UNKNOWN)), shell));
    case 'read':
      if (!texts.some((text) => text !== undefined && /^-\w*r/.test(text))) scope.survey.split.push(...input.mentions);
      return same(readInto(shell, texts, input));
    case 'mapfile':
    case 'readarray':
      return same(setAll(shell, [texts.at(-1)], { kind: 'any', nature: 'unclear', flow: input }));
    case 'getopts':
      return same(setAll(shell, [texts[1], 'OPTARG'], UNKNOWN));
    case 'printf':
      if (texts[0] !== '-v') return undefined;
      return same(setAll(shell, [texts[1]], { kind: 'any', nature: 'unclear', flow: merged(args.flatMap(({ pieces }) => flowsOf(pieces))) }));
    case 'let':
      return same(setAll(shell, texts.map((text) => /^\w+/.exec(text ?? '')?.[0]), { kind: 'any', nature: 'name', flow: NOTHING }));
    case 'source':
    case '.':
      return source(scope, args, user);
    case 'exit':
    case 'return':
    case 'break':
    case 'continue':
      return { ok: undefined, failed: undefined };
    case 'trap':
    case 'set':
      // Text that is run later, or words that the command may use by their number.
      if (args.some(({ spelling }) => isHinted(scope, spelling))) throw new Unclear(name);
      return same(shell);
    case 'eval':
    case 'alias':
    case 'enable':
    case 'disown':
    case 'bg':
    case 'coproc':
      throw new Unclear(name);
    default:
      return undefined;
  }
}

function same(shell: Shell): After {
  return { ok: shell, failed: shell };
}

function setAll(shell: Shell, names: readonly (string | undefined)[], value: Value): Shell {
  return names.reduce((changed: Shell, name) => (name === undefined ? changed : assign(changed, name, value)), shell);
}

/** A line, or a part of one where there are several names. */
function readInto(shell: Shell, texts: readonly (string | undefined)[], input: Flow): Shell {
  const names: (string | undefined)[] = [];
  for (let at = 0; at < texts.length; at++) {
    const text = texts[at];
    if (text !== undefined && /^-\w*[dnNptiu]$/.test(text)) at++;
    else if (text === undefined || !text.startsWith('-')) names.push(text);
  }
  const flow = names.length === 1 ? input : { ...input, paths: false };
  return setAll(shell, names.length === 0 ? ['REPLY'] : names, { kind: 'any', nature: 'unclear', flow });
}

function declare(scope: Scope, name: string, args: readonly Argument[], declared: readonly Declared[], user: User): After {
  const texts = args.map(({ pieces }) => textOf(pieces));
  if (texts.some((text) => text !== undefined && /^-\w*[nfF]/.test(text) && name !== 'export')) throw new Unclear(`${name} ${texts.join(' ')}`);
  const exports = name === 'export' || texts.some((text) => text !== undefined && /^-\w*x/.test(text));
  if (exports) for (const { argument } of declared) use(scope, argument, 'export', user);
  const shell = assignAll(user.shell, declared);
  for (const [index, text] of texts.entries()) {
    const arg = args[index];
    if (!exports || text === undefined || arg === undefined || !/^\w+$/.test(text)) continue;
    const value = valueOf(text, shell, scope.places);
    const piece = { value, start: arg.spelling.start, end: arg.spelling.end, quoting: 'bare', exact: false } as const;
    use(scope, { spelling: { ...arg.spelling, pieces: [piece] }, pieces: [piece] }, 'export', user);
  }
  return same(shell);
}

/** A script that runs in the shell itself may change all of it. */
function source(scope: Scope, [script, ...args]: readonly Argument[], user: User): After {
  const found = script === undefined ? [] : use(scope, script, 'read', user);
  scope.survey.runs.push(...found.flatMap((mention) => mention.spots.map((spot) => ({ mention, spot }))));
  for (const arg of args) use(scope, arg, 'read', user);
  return same({ ...user.shell, variables: new Map(), others: 'anything', cwd: undefined });
}
