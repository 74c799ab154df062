import { isRecord } from '../../system/json.js';
import { countUpTo } from './document.js';
import { type Member, type MemberList, membersOf, skipSpace } from './members.js';
import type { Path, PathRules } from './rules.js';

/** The three versions of a large text without the parts that a merge leaves unchanged. */
export interface Narrowed {
  readonly base: string | null;
  readonly ours: string;
  readonly theirs: string;
  /** Maps an offset in the narrowed theirs to one in the whole text; `edge` says whether a range starts or ends there. */
  readonly offsetOf: (offset: number, edge: 'start' | 'end') => number;
}

/** A version's text, and the offset at which the current object begins. */
interface Part {
  readonly text: string;
  readonly start: number;
}

type Piece = readonly [start: number, end: number];

/** Below this depth, a member that differs is kept whole. */
const MOST_DEPTH = 8;

/**
 * Removes the members of objects that a merge leaves unchanged from three JSON texts: those in which ours is identical to base or to
 * theirs, character by character. The rest is merged in the same way, and its edits apply to the whole text. The first and the last members
 * stay, because they show the layout and the end of the text, and so does the last unchanged member. The texts have no byte order mark.
 * Returns null when the whole text is one atom, or when one text is not plain JSON (it has comments, for example), is not an object, or
 * repeats a key.
 */
export function narrow(base: string | null, ours: string, theirs: string, rules: PathRules): Narrowed | null {
  const texts = base === null ? [ours, theirs] : [ours, theirs, base];
  if (rules.isAtom([]) || !texts.every(isObjectText)) return null;
  const pieces: Pieces = { base: [], ours: [], theirs: [] };
  if (!shrink(pieces, [], base === null ? null : top(base), top(ours), top(theirs), rules)) return null;
  const [old, own, other] = [base === null ? null : around(base, pieces.base), around(ours, pieces.ours), around(theirs, pieces.theirs)];
  return {
    base: base === null || old === null ? null : join(base, old),
    ours: join(ours, own),
    theirs: join(theirs, other),
    offsetOf: offsets(other),
  };
}

function top(text: string): Part {
  return { text, start: skipSpace(text, 0) };
}

function join(text: string, pieces: readonly Piece[]): string {
  return pieces.map(([start, end]) => text.slice(start, end)).join('');
}

/** Adds the white space around the object at the top, which shows the line ends. */
function around(text: string, pieces: readonly Piece[]): readonly Piece[] {
  return [[0, skipSpace(text, 0)], ...pieces, [pieces.at(-1)?.[1] ?? text.length, text.length]];
}

function isObjectText(text: string): boolean {
  try {
    return isRecord(JSON.parse(text));
  } catch {
    return false;
  }
}

interface Pieces {
  readonly base: Piece[];
  readonly ours: Piece[];
  readonly theirs: Piece[];
}

/** Returns false, and adds nothing, when an object repeats a key. */
function shrink(pieces: Pieces, path: Path, base: Part | null, ours: Part, theirs: Part, rules: PathRules): boolean {
  const [b, o, t] = [base && membersOf(base.text, base.start), membersOf(ours.text, ours.start), membersOf(theirs.text, theirs.start)];
  if (o === null || t === null || (base !== null && b === null)) return false;
  const same = (one: [Part, Member], other: [Part, Member]): boolean => valueOf(...one) === valueOf(...other);
  const isTouched = (key: string): boolean => {
    const [old, own, other] = [b?.byKey.get(key), o.byKey.get(key), t.byKey.get(key)];
    const isOld = base !== null && old !== undefined && own !== undefined && same([base, old], [ours, own]);
    if (own === undefined) return old !== undefined;
    if (other === undefined) return !isOld;
    const below = [...path, key];
    return !(isOld && !rules.holdsLatest(below)) && !(same([ours, own], [theirs, other]) && !rules.holdsCounter(below));
  };
  const touched = new Set([...o.byKey.keys(), ...t.byKey.keys()].filter(isTouched));
  const edges = [o.members.at(0), o.members.at(-1), t.members.at(0), t.members.at(-1), t.members.findLast(({ key }) => !touched.has(key))];
  const kept = new Set([...touched, ...edges.flatMap((member) => member?.key ?? [])]);
  // The parts below a key are taken from all versions at once, and added to each version at the position of its member.
  const inside = new Map<string, Pieces>();
  for (const key of kept) {
    const [old, own, other] = [b?.byKey.get(key), o.byKey.get(key), t.byKey.get(key)];
    if (own === undefined || other === undefined || path.length >= MOST_DEPTH || rules.isAtom([...path, key])) continue;
    const [below, mine, their] = [
      base && old ? { text: base.text, start: old.valueStart } : null,
      { text: ours.text, start: own.valueStart },
      { text: theirs.text, start: other.valueStart },
    ];
    if (![mine, their, ...(below ? [below] : [])].every(({ text, start }) => text.charAt(start) === '{')) continue;
    const found: Pieces = { base: [], ours: [], theirs: [] };
    if (shrink(found, [...path, key], below, mine, their, rules)) inside.set(key, found);
  }
  if (base !== null && b !== null) add(pieces.base, base, b, kept, (key) => inside.get(key)?.base);
  add(pieces.ours, ours, o, kept, (key) => inside.get(key)?.ours);
  add(pieces.theirs, theirs, t, kept, (key) => inside.get(key)?.theirs);
  return true;
}

function valueOf({ text }: Part, { valueStart, valueEnd }: Member): string {
  return text.slice(valueStart, valueEnd);
}

/** Adds an object with only the kept members. */
function add(
  pieces: Piece[],
  { start }: Part,
  { members, end }: MemberList,
  kept: ReadonlySet<string>,
  inside: (key: string) => readonly Piece[] | undefined,
): void {
  pieces.push([start, start + 1]);
  for (const member of members) {
    if (!kept.has(member.key)) continue;
    const below = inside(member.key);
    if (below === undefined) pieces.push([member.start, member.end]);
    else pieces.push([member.start, member.valueStart], ...below, [member.valueEnd, member.end]);
  }
  pieces.push([members.at(-1)?.end ?? start + 1, end]);
}

function offsets(pieces: readonly Piece[]): Narrowed['offsetOf'] {
  let length = 0;
  const starts = pieces.map(([start, end]) => {
    const at = length;
    length += end - start;
    return at;
  });
  return (offset, edge) => {
    // Where two pieces meet, a range starts in the second one and ends in the first one.
    const before = countUpTo(starts, edge === 'start' ? offset : offset - 1, (start) => start);
    const at = Math.max(0, before - 1);
    return (pieces[at]?.[0] ?? 0) + offset - (starts[at] ?? 0);
  };
}
