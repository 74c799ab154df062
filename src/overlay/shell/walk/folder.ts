import { isHinted } from '../words/hints.js';
import type { Argument } from '../programs/operands.js';
import { textOf } from '../words/piece.js';
import { isWithin } from '../paths/match.js';
import { placeAt } from '../paths/resolve.js';
import type { Scope } from './scope.js';
import type { After } from './builtins.js';
import { Unclear } from '../unclear.js';
import { use, type User } from '../paths/uses.js';

/** Where `cd` leads, and where the shell is when it fails. Notes a shared folder that becomes the current one. */
export function changeFolder(scope: Scope, args: readonly Argument[], user: User): After {
  const { shell } = user;
  const { places } = scope;
  const [arg, ...others] = args.filter(({ pieces }) => !/^-[LPe@]$/.test(textOf(pieces) ?? ''));
  const text = arg === undefined ? places.home : textOf(arg.pieces);
  // `-P` leads behind links.
  const unknown = others.length > 0 || args.some(({ pieces }) => textOf(pieces) === '-P') || text === undefined || text === '-' || text === '';
  if (unknown) {
    if (args.some(({ spelling }) => isHinted(scope, spelling))) throw new Unclear('a folder that is not known');
    return { ok: { ...shell, cwd: undefined }, failed: shell };
  }
  const cwd = text.startsWith('/') ? [logical(text)] : shell.cwd?.map((folder) => logical(`${folder}/${text}`));
  if (arg !== undefined && cwd !== undefined) enter(scope, arg, cwd, user);
  const certain = cwd?.every((folder) => places.isFolder(folder) || [...shell.made].some((made) => isWithin(folder, made))) ?? false;
  return certain ? { ok: { ...shell, cwd }, failed: undefined, unlikely: shell } : { ok: { ...shell, cwd }, failed: shell };
}

/** The shell takes `..` off the text of a path, whatever links there are. */
function logical(path: string): string {
  const names: string[] = [];
  for (const name of path.split('/')) {
    if (name === '..') names.pop();
    else if (name !== '' && name !== '.') names.push(name);
  }
  return `/${names.join('/')}`;
}

function enter(scope: Scope, arg: Argument, cwd: readonly string[], user: User): void {
  if (cwd.length > 1 && cwd.some((folder) => placeAt(folder, scope.places) !== undefined)) throw new Unclear('one of several folders');
  use(scope, arg, 'enter', user);
}
