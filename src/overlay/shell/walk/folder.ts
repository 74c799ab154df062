import { isHinted } from '../words/hints.js';
import type { Argument } from '../programs/operands.js';
import { textOf } from '../words/piece.js';
import type { ShellPlaces } from '../places.js';
import type { Scope } from './scope.js';
import type { Shell } from './shell.js';
import { Unclear } from '../unclear.js';
import { use, type User } from '../paths/uses.js';

/** Where `cd` leads, and where the shell is when it fails. Notes a shared folder that becomes the current one. */
export function changeFolder(scope: Scope, args: readonly Argument[], user: User): { readonly ok: Shell; readonly failed: Shell | undefined } {
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
  if (arg !== undefined && cwd !== undefined) enter(scope, arg, cwd, user, places);
  const certain = cwd?.every((folder) => places.isFolder(folder)) ?? false;
  return { ok: { ...shell, cwd }, failed: certain ? undefined : shell };
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

function enter(scope: Scope, arg: Argument, cwd: readonly string[], user: User, places: ShellPlaces): void {
  if (!cwd.some((folder) => places.placeOf(folder) !== undefined)) return;
  const [folder] = cwd;
  if (cwd.length > 1 || folder === undefined) throw new Unclear('one of several folders');
  use(scope, { spelling: arg.spelling, pieces: [{ value: { kind: 'text', text: folder }, start: arg.spelling.start, end: arg.spelling.end, quoting: 'bare', exact: false }] }, 'enter', user);
}
