import { hasHint, isHinted } from '../words/hints.js';
import { fits, inPlace } from './match.js';
import type { CommandNote, Mention, Role, Spot, Use } from './mention.js';
import type { Argument } from '../programs/operands.js';
import { flowsOf, headOf, type Piece, type Spelling, textOf } from '../words/piece.js';
import { type Derived, editOf, type Elsewhere, targetOf } from './resolve.js';
import type { Scope, Setting } from '../walk/scope.js';
import type { Shell } from '../walk/shell.js';
import { keep } from './survey.js';
import { Unclear } from '../unclear.js';

/** Who names a path. */
export interface User {
  readonly shell: Shell;
  readonly setting: Pick<Setting, 'detached' | 'contained' | 'backquoted'>;
  /** Undefined for a compound command. */
  readonly command: CommandNote | undefined;
}

/** The roles in which something is changed. */
export const WRITING: ReadonlySet<Role> = new Set(['file', 'entry', 'make', 'tree']);

export interface UseOptions {
  /** Names that may be made in it, where it is a folder; undefined where they are not known. */
  readonly names?: readonly (string | undefined)[];
  /** Added to the name of a file that is kept. */
  readonly backup?: string;
}

/**
 * Notes what a command does with a path that one of its words spells, and returns the mentions of shared files in it. Throws
 * `Unclear` where it may change a shared file by a path that is not known.
 */
export function use(scope: Scope, { spelling, pieces }: Argument, role: Role, user: User, options: UseOptions = {}): Mention[] {
  const { places, survey } = scope;
  const target = targetOf(pieces, { places, cwd: user.shell.cwd });
  const writes = WRITING.has(role);
  const { text } = headOf(pieces);
  keepOthers(scope, pieces, target.kind === 'derived');
  if (!text.startsWith('/') && (target.kind === 'elsewhere' || (target.kind !== 'shared' && text.includes('..')))) survey.strays.push({ cwd: user.shell.cwd, command: user.command });
  // Programs that remove refuse these, and would not refuse what they stand for.
  if (writes && /(?:^|\/)\.\.\/*$/.test(textOf(pieces) ?? '')) throw new Unclear('the folder above as something to change');
  if (target.kind === 'unknown') {
    if (writes || isHinted(scope, spelling)) throw new Unclear('a path that is not known');
    if (!text.startsWith('/')) survey.vague.push({ cwd: user.shell.cwd, command: user.command });
    return [];
  }
  if (target.kind === 'elsewhere') {
    if (writes && target.paths.some((path) => mayHold(path, places.hints))) throw new Unclear('a path that is not known');
    survey.outside.push(...target.paths.map((path) => ({ ...path, role })));
    return [];
  }
  if (target.kind === 'derived') return useDerived(scope, target.from, role, user, options);
  const mention = mentionOf(scope, spelling, user);
  survey.uses.push(...usesOf(scope, mention, target.spots, role, options));
  return [mention];
}

/** What is done with a path that another word spells is done with that word. */
function useDerived({ places, survey }: Pick<Scope, 'places' | 'survey'>, from: Derived['from'], role: Role, user: User, options: UseOptions): Mention[] {
  for (const { mention, spots } of from) {
    if (user.setting.detached !== mention.detached) throw new Unclear('a path that goes to the background');
    const isOpen = WRITING.has(role) && spots.some(({ rest }) => rest !== undefined);
    survey.uses.push(...usesOf({ places }, mention, spots, isOpen ? 'tree' : role, options));
    if (mention.command !== undefined && mention.command !== user.command) survey.derived.push(mention);
  }
  return from.map(({ mention }) => mention);
}

/** The mention of a word that names shared files; the same for all that its braces stand for. */
export function mentionOf(scope: Scope, spelling: Spelling, { shell, setting, command }: User): Mention {
  const known = scope.survey.mentions.get(spelling.start);
  if (known !== undefined) return known;
  const around = { places: scope.places, cwd: shell.cwd };
  const pieces = spelling.pieces.map((piece): Piece => {
    return piece.value.kind === 'brace' ? { ...piece, value: { kind: 'choice', items: piece.value.texts.map((text) => ({ text, mention: undefined })) } } : piece;
  });
  const target = targetOf(pieces, around);
  if (target.kind !== 'shared') throw new Unclear('a shared path or another');
  const edit = editOf({ ...spelling, pieces }, target.spots, around);
  const mention: Mention = { edit, spots: target.spots, base: edit.base, command, detached: setting.detached, contained: setting.contained };
  if (setting.backquoted) scope.survey.split.push(mention);
  scope.survey.mentions.set(spelling.start, mention);
  return mention;
}

function usesOf({ places }: Pick<Scope, 'places'>, mention: Mention, spots: readonly Spot[], role: Role, { names, backup = '' }: UseOptions): Use[] {
  if (role === 'make') {
    // Nothing happens to a folder that is there.
    const there = spots.filter(({ path, rest }) => rest === undefined && places.isFolder(path));
    return [{ mention, spots: there, role: 'look' }, { mention, spots: spots.filter((spot) => !there.includes(spot)), role }];
  }
  if (names !== undefined) {
    const folders = spots.filter(({ path, rest }) => rest !== undefined || places.isFolder(path));
    const inside = names.map((name) => folders.map((spot) => (name === undefined ? { ...spot, rest: 'anything' as const } : within(spot, name))));
    return [{ mention, spots, role: 'entry' }, ...inside.map((made): Use => ({ mention, spots: made, role: 'tree' }))];
  }
  if (backup === '') return [{ mention, spots, role }];
  const kept = spots.map((spot): Spot => (spot.rest === undefined ? { ...spot, place: spot.place + backup, path: spot.path + backup } : spot));
  return [{ mention, spots, role }, { mention, spots: kept, role: 'entry' }];
}

function within(spot: Spot, name: string): Spot {
  return spot.rest === undefined ? { ...spot, place: inPlace(spot.place, name), path: `${spot.path}/${name}` } : spot;
}

/** Whether a pattern may fit the shared dir, or something in it. */
function mayHold({ path, rest }: Elsewhere, hints: readonly string[]): boolean {
  if (rest === undefined) return false;
  const shared = hints.filter((hint) => hint.startsWith(path === '/' ? path : `${path}/`)).map((hint) => hint.slice(path.length + 1).split('/'));
  return hasHint(path, hints) || rest === 'anything' || hasHint(rest.join('/'), hints) || shared.some((names) => fits(rest, names));
}

/** A path that is put together from a word that was spelled elsewhere is another one when that word is changed. */
function keepOthers(scope: Scope, pieces: readonly Piece[], derived: boolean): void {
  for (const flow of flowsOf(derived ? pieces.slice(1) : pieces)) keep(scope.survey, flow);
}
