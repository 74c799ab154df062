import { isWithin } from '../paths/match.js';
import type { CommandNote, Mention, Spot, Use } from '../paths/mention.js';
import { placeAt } from '../paths/resolve.js';
import type { Survey } from '../paths/survey.js';
import type { Place, ShellPlaces } from '../places.js';
import type { Roots } from './roots.js';

/** What is found to belong together: words that change, and commands that run elsewhere. */
export interface Findings {
  readonly survey: Survey;
  readonly places: ShellPlaces;
  readonly roots: Roots;
  /** What the command itself changes. */
  readonly written: readonly Use[];
  readonly moved: ReadonlySet<Mention>;
  /** Shared folders in whose place the command goes to a private one. */
  readonly entered: readonly Spot[];
  /** The private folders in which commands run. */
  readonly inside: Map<CommandNote, InsideFolder>;
}

interface InsideFolder extends Place {
  /** The shell is there already; else the command has to be taken there. */
  readonly isEntered: boolean;
}

/** Whether a folder is made, or removed, by the command itself, so that the shared one will not do. */
export function isMade(spot: Spot, written: readonly Use[], places: ShellPlaces): boolean {
  const changes = (use: Use): boolean =>
    use.spots.some(({ tree, place, rest }) => tree === spot.tree && isWithin(place, spot.place) && (rest === undefined || place !== spot.place));
  if (written.some((use) => use.role === 'tree' && changes(use))) return true;
  if (places.isFolder(spot.path)) return false;
  return written.some((use) => changes(use) || use.spots.some(({ tree, place }) => tree === spot.tree && isWithin(spot.place, place)));
}

/** How a word has to be changed. A relative one need not be where the command runs in the private folder: it leads there as it is. */
export function changeOf({ places, moved, entered, inside }: Findings, mention: Mention): 'private' | 'shared' | 'none' {
  const folder = (mention.command && inside.get(mention.command)) ?? enteredAt(entered, mention.base, places);
  if (mention.base !== undefined && folder !== undefined) {
    if (!moved.has(mention)) return 'shared';
    return mention.spots.every(({ tree }) => tree === folder.tree) ? 'none' : 'private';
  }
  return moved.has(mention) ? 'private' : 'none';
}

function enteredAt(entered: readonly Spot[], base: string | undefined, places: ShellPlaces): Place | undefined {
  const place = base === undefined ? undefined : placeAt(base, places);
  return place !== undefined && entered.some((spot) => spot.tree === place.tree && isWithin(spot.place, place.place)) ? place : undefined;
}

export function foldersIn(cwd: readonly string[] | undefined, places: ShellPlaces): Spot[] {
  return (cwd ?? []).flatMap((path): Spot[] => {
    const found = placeAt(path, places);
    return found === undefined ? [] : [{ tree: found.tree, place: found.place, path }];
  });
}
