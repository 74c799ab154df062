import { fits, isWithin } from './match.js';
import type { Flow, Mention, Spot, WordEdit } from './mention.js';
import { headOf, type Piece, type Spelling } from '../words/piece.js';
import type { Place, ShellPlaces } from '../places.js';
import { Unclear } from '../unclear.js';

/** Where a word leads. */
export type Target =
  | { readonly kind: 'shared'; readonly spots: readonly Spot[] }
  /** Known paths that are not shared. */
  | { readonly kind: 'elsewhere'; readonly paths: readonly Elsewhere[] }
  | Derived
  | { readonly kind: 'unknown' };

/** It starts with the value of a variable, or with what a command printed, and that was spelled elsewhere. */
export interface Derived {
  readonly kind: 'derived';
  readonly from: readonly { readonly mention: Mention; readonly spots: readonly Spot[] }[];
}

/** A path; with `rest` something below it, as in `Spot`. */
export interface Elsewhere {
  readonly path: string;
  readonly rest?: Spot['rest'];
}

/** What resolving needs to know. */
export interface Surroundings {
  readonly places: ShellPlaces;
  readonly cwd: readonly string[] | undefined;
}

/** Where one word leads that has no braces left. Throws `Unclear` when it may be a shared path as well as another. */
export function targetOf(pieces: readonly Piece[], around: Surroundings): Target {
  const [first, ...others] = pieces;
  if (first === undefined) return { kind: 'unknown' };
  const { value } = first;
  if (value.kind === 'any' && value.nature === 'elsewhere') return { kind: 'elsewhere', paths: [] };
  if (value.kind === 'any' && value.nature === 'unclear') return derived(value.flow, others);
  if (value.kind === 'choice' && value.items.some(({ mention }) => mention !== undefined)) {
    return {
      kind: 'derived',
      from: value.items.flatMap(({ text, mention }) => {
        if (mention === undefined) return [];
        const target = targetOf([{ ...first, value: { kind: 'text', text } }, ...others], around);
        return target.kind === 'shared' ? [{ mention, spots: target.spots }] : [];
      }),
    };
  }
  return together(choices(pieces).map((choice) => one(choice, around)));
}

/** A path that a command printed, or that a pattern stood for, and perhaps something behind it. */
function derived({ mentions, paths }: Flow, others: readonly Piece[]): Target {
  const tail = headOf(others).text;
  // Behind a name in a folder anything may stand: it is another name in that folder.
  const stays = others.length === 0 || tail.startsWith('/') || mentions.every(isInFolder);
  if (!paths || !stays || tail.includes('..')) return { kind: 'unknown' };
  return { kind: 'derived', from: mentions.map((mention) => ({ mention, spots: mention.spots.map((spot): Spot => ({ ...spot, rest: 'anything' })) })) };
}

/** Whether what a mention means are names in a folder, never the folder itself. */
export function isInFolder({ spots }: Mention): boolean {
  return spots.every(({ rest }) => rest !== undefined);
}

/** The stretch of a word that has to be replaced so that it leads to a private folder; `spots`: where it leads. */
export function editOf(spelling: Spelling, spots: readonly Spot[], around: Surroundings): WordEdit & { readonly base: string | undefined } {
  const { text, count } = headOf(spelling.pieces);
  const next = spelling.pieces[count];
  const [spot] = spots;
  const [base] = text.startsWith('/') ? [] : (around.cwd ?? []);
  if (spot === undefined || (base !== undefined && around.cwd?.length !== 1)) throw new Unclear('one of several folders');
  const path = base === undefined ? text : `${base}/${text}`;
  const stretch = { start: spelling.start, end: next?.start ?? spelling.end, before: spelling.before, after: next?.quoting ?? 'bare', base } as const;
  if (next === undefined) {
    const shared = normal(path, around.places);
    if (shared === undefined) throw new Unclear('a path through a link');
    return { ...stretch, tree: spot.tree, place: spot.place, tail: /\/\.?$/.exec(path)?.[0] ?? '', shared };
  }
  const slash = path.lastIndexOf('/');
  const shared = normal(path.slice(0, slash + 1), around.places);
  if (shared === undefined) throw new Unclear('a path through a link');
  return { ...stretch, ...placeAbove(shared, spots, around), tail: path.slice(slash), shared };
}

/** The place of a folder that holds all spots: also of the shared dir itself, which is no place for anything else. */
function placeAbove(folder: string, spots: readonly Spot[], { places }: Surroundings): Place {
  const known = placeAt(folder, places);
  if (known !== undefined) return known;
  const [spot] = spots;
  if (spot !== undefined && spots.every(({ tree }) => tree === spot.tree)) {
    const whole = places.placeOf(`${folder}/${spot.place}`);
    if (whole?.tree === spot.tree && whole.place === spot.place) return { tree: spot.tree, place: '' };
  }
  throw new Unclear('no common folder');
}

type Choice = readonly Piece[];

const MOST_CHOICES = 64;

/** All that the words of loops make of it. */
function choices(pieces: readonly Piece[]): Choice[] {
  let all: Piece[][] = [[]];
  for (const piece of pieces) {
    const { value } = piece;
    const here = value.kind === 'choice' ? value.items.map(({ text }): Piece => ({ ...piece, value: { kind: 'text', text } })) : [piece];
    if (all.length * here.length > MOST_CHOICES) throw new Unclear('too many choices');
    all = all.flatMap((before) => here.map((choice) => [...before, choice]));
  }
  return all;
}

function one(pieces: Choice, { places, cwd }: Surroundings): Target {
  const { text, count } = headOf(pieces);
  const rest = pieces.slice(count);
  if (text === '' && rest.length === 0) return { kind: 'unknown' };
  if (!text.startsWith('/') && cwd === undefined) return { kind: 'unknown' };
  const paths = text.startsWith('/') ? [text] : (cwd ?? []).map((folder) => `${folder}/${text}`);
  return together(paths.map((path) => (rest.length === 0 ? exact(path, places) : open(path, rest, places))));
}

function exact(path: string, places: ShellPlaces): Target {
  const normalised = normal(path, places);
  if (normalised === undefined) return { kind: 'unknown' };
  const place = placeAt(normalised, places);
  return place === undefined ? { kind: 'elsewhere', paths: [{ path: normalised }] } : { kind: 'shared', spots: [{ tree: place.tree, place: place.place, path: normalised }] };
}

function open(path: string, rest: Choice, places: ShellPlaces): Target {
  const slash = path.lastIndexOf('/');
  const folder = normal(path.slice(0, slash + 1), places);
  const patterns = patternsOf(path.slice(slash + 1), rest);
  if (folder === undefined || patterns === undefined) return { kind: 'unknown' };
  const place = placeAt(folder, places);
  if (place === undefined) return { kind: 'elsewhere', paths: [{ path: folder, rest: patterns }] };
  return { kind: 'shared', spots: [{ tree: place.tree, place: place.place, path: folder, rest: patterns }] };
}

/** Also the memory folder itself, which is small enough to be seen whole. */
export function placeAt(path: string, places: ShellPlaces): Place | undefined {
  const known = places.placeOf(path);
  if (known !== undefined) return known;
  const inside = places.placeOf(`${path}/MEMORY.md`);
  return inside?.tree === 'memory' && inside.place === 'MEMORY.md' ? { tree: 'memory', place: '' } : undefined;
}

/** Patterns of names, a level each; undefined when what is meant may be anywhere. */
function patternsOf(start: string, rest: Choice): Spot['rest'] | undefined {
  let pattern = start;
  for (const { value } of rest) {
    if (value.kind === 'text') pattern += value.text;
    else if (value.kind === 'glob' || (value.kind === 'any' && value.nature === 'name')) pattern += '*';
    else return undefined;
  }
  const names = pattern.replace(/\/+$/, '').split(/\/+/);
  // `.*` may be `..`.
  if (names.some((name) => name === '..' || /^\.+\*/.test(name))) return undefined;
  return names.some((name) => name.includes('**') || name === '.') ? 'anything' : names;
}

function together(targets: readonly Target[]): Target {
  if (targets.some(({ kind }) => kind === 'unknown')) return { kind: 'unknown' };
  const spots = targets.flatMap((target) => (target.kind === 'shared' ? target.spots : []));
  const others = targets.flatMap((target) => (target.kind === 'elsewhere' ? [target] : []));
  if (others.length === targets.length) return { kind: 'elsewhere', paths: others.flatMap(({ paths }) => paths) };
  if (others.length > 0) throw new Unclear('a shared path or another');
  return { kind: 'shared', spots: distinct(spots) };
}

function distinct(spots: readonly Spot[]): Spot[] {
  return [...new Map(spots.map((spot) => [JSON.stringify(spot), spot])).values()];
}

/** An absolute path without `.`, `..` and double slashes. Undefined when `..` stands behind a link: it leads elsewhere. */
function normal(path: string, places: ShellPlaces): string | undefined {
  const names: string[] = [];
  for (const name of path.split('/')) {
    if (name === '' || name === '.') continue;
    if (name !== '..') names.push(name);
    else if (names.length > 0) {
      if (places.isLink(`/${names.join('/')}`)) return undefined;
      names.pop();
    }
  }
  return `/${names.join('/')}`;
}

/** Whether a path that is not shared has a spot somewhere below it: in the shared dir, or by the path that is spelled. */
export function isAbove({ path, rest }: Elsewhere, { tree, place, path: shared }: Spot, places: ShellPlaces): boolean {
  const folder = path === '/' ? '' : path;
  const below = (names: readonly string[]): boolean => rest === undefined || rest === 'anything' || fits(rest, names);
  if (isWithin(folder, shared) && below(shared.slice(folder.length + 1).split('/'))) return true;
  const names = place.split('/');
  return names.some((_, index) => {
    const found = places.placeOf([folder, ...names.slice(index)].join('/'));
    return found?.tree === tree && found.place === place && below(names.slice(index));
  });
}

/** The last name of a path as programs take it that copy into a folder; undefined when it is not known. */
export function lastName(pieces: readonly Piece[]): string | undefined {
  const unknown = pieces.findLastIndex(({ value }) => value.kind !== 'text');
  const end = headOf(pieces.slice(unknown + 1)).text.replace(/\/+$/, '');
  if (unknown >= 0 && !end.includes('/')) return undefined;
  const name = end.slice(end.lastIndexOf('/') + 1);
  return name === '' || name === '.' || name === '..' ? undefined : name;
}

