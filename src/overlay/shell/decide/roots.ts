import { isWithin, mayTouch, parentOf } from '../paths/match.js';
import type { Role, Spot } from '../paths/mention.js';
import type { Place, PrivateCopy, ShellPlaces } from '../places.js';
import { Unclear } from '../unclear.js';

/** Something that the command has to find in the private folder. */
interface Root extends PrivateCopy {
  /** It is a file, if anything. */
  readonly file: boolean;
}

/** All that has to be in the private folders. */
export interface Roots {
  readonly all: () => Root[];
  /** Takes in what is done at a spot; tells whether anything is new in that. */
  readonly cover: (spot: Spot, role: Role) => boolean;
  /** Whether a spot is in the private folders, or may have something below it that is. */
  readonly touches: (spot: Spot) => boolean;
}

/** Roles that need all that is in a folder. */
const WHOLE: ReadonlySet<Role> = new Set(['read', 'list', 'tree']);

export function createRoots(places: ShellPlaces): Roots {
  const roots = new Map<string, Root>();
  const add = (root: Root): boolean => {
    // A copy of all of it would take too long, and hold what no copy may hold.
    if (root.whole && root.place === '' && root.tree === 'config') throw new Unclear('the whole shared dir');
    const key = `${root.tree}/${root.place}`;
    const known = roots.get(key);
    const whole = known === undefined ? root.whole : known.whole || (root.whole && !known.file);
    if (known !== undefined && known.whole === whole) return false;
    roots.set(key, { ...root, whole, file: known?.file ?? root.file });
    return true;
  };
  const all = (): Root[] => [...roots.values()];
  const touches = (spot: Spot): boolean => all().some((root) => mayTouch(spot, root));
  return {
    all,
    touches,
    cover({ tree, place, path, rest }, role) {
      if (all().some((root) => root.whole && root.tree === tree && isWithin(root.place, place))) return false;
      if (rest !== undefined) return add({ tree, place, whole: true, file: false });
      const isAbove = role === 'look' && all().some((root) => root.tree === tree && root.place !== place && isWithin(place, root.place));
      return !isAbove && add({ tree, place, whole: WHOLE.has(role), file: role === 'file' && !places.isFolder(path) });
    },
  };
}

/** The copies that are needed, without those that others hold, folders first. */
export function copiesOf(roots: Roots): PrivateCopy[] {
  const all = roots.all();
  const needed = all.filter((root) => !all.some((other) => other !== root && other.whole && other.tree === root.tree && isWithin(other.place, root.place)));
  return needed.map(({ tree, place, whole }) => ({ tree, place, whole })).toSorted(byPlace);
}

/** The folders above the copies. */
export function foldersOf(copies: readonly PrivateCopy[]): Place[] {
  const folders = new Map<string, Place>();
  for (const { tree, place } of copies) {
    for (let folder = parentOf(place); folder !== undefined; folder = parentOf(folder)) folders.set(`${tree}/${folder}`, { tree, place: folder });
  }
  const copied = new Set(copies.map(({ tree, place }) => `${tree}/${place}`));
  return [...folders].flatMap(([key, folder]) => (copied.has(key) ? [] : [folder])).toSorted(byPlace);
}

function byPlace(one: Place, other: Place): number {
  const [a, b] = [`${one.tree}/${one.place}`, `${other.tree}/${other.place}`];
  return a < b ? -1 : Number(a > b);
}
