import { matches } from '../../../merge/glob.js';
import type { Spot } from './mention.js';
import type { Place } from '../places.js';

/** Whether `place` is `folder` or in it. */
export function isWithin(folder: string, place: string): boolean {
  return folder === '' || place === folder || place.startsWith(`${folder}/`);
}

/** The path of `name` in a place. */
export function inPlace(place: string, name: string): string {
  if (name === '') return place;
  return place === '' ? name : `${place}/${name}`;
}

/** Whether a spot may be `root`, something in it, or a folder above it. */
export function mayTouch(spot: Spot, root: Place): boolean {
  if (spot.tree !== root.tree) return false;
  if (isWithin(root.place, spot.place)) return true;
  return isWithin(spot.place, root.place) && mayLead(spot, root.place);
}

/** Whether what the spot means may be `place`, a folder above it or something in it, `place` being below `spot.place`. */
function mayLead(spot: Spot, place: string): boolean {
  if (spot.rest === undefined || spot.rest === 'anything') return true;
  const names = place.slice(spot.place === '' ? 0 : spot.place.length + 1).split('/');
  return fits(spot.rest, names);
}

/** Whether names, one a level, may be what patterns mean, or above it, or in it. A star at the start means no hidden name. */
export function fits(patterns: readonly string[], names: readonly string[]): boolean {
  return patterns.every((pattern, level) => {
    const name = names[level];
    return name === undefined || (matches(pattern, name) && (pattern.startsWith('.') || !name.startsWith('.')));
  });
}

/** The folder above; undefined for what has none that is shared. */
export function parentOf(place: string): string | undefined {
  const slash = place.lastIndexOf('/');
  return slash < 0 ? undefined : place.slice(0, slash);
}
