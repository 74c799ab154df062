import type { Findings } from './decide.js';
import { isWithin, mayTouch } from '../paths/match.js';
import type { CommandNote, Mention, Role, Spot } from '../paths/mention.js';
import { isAbove, placeAt } from '../paths/resolve.js';
import type { ShellPlaces } from '../places.js';
import { Unclear } from '../unclear.js';

/** Throws `Unclear` when a command would notice that words of it have changed, or would still change shared files. */
export function check(findings: Findings): void {
  const { survey, moved, inside } = findings;
  const isMoved = (mention: Mention): boolean => moved.has(mention) && !staysRelative(findings, mention);
  if ([...moved].some(({ detached }) => detached)) throw new Unclear('it would go on in the background');
  if (survey.kept.some(isMoved)) throw new Unclear('a private path would be written down');
  if (survey.keptAny && [...moved].some((mention) => isMoved(mention) && (mention.command?.loud ?? true))) throw new Unclear('a private path might be written down');
  if (survey.derived.some((mention) => mention.command !== undefined && inside.has(mention.command))) throw new Unclear('a relative path goes to another command');
  if ([...moved].some(({ command }) => command?.apart === true) || [...inside.keys()].some(({ apart }) => apart)) throw new Unclear('a program that keeps a record');
  if (survey.strays.some((command) => inside.has(command))) throw new Unclear('a relative path that leads out of a private folder');
  const isNested = (one: CommandNote): boolean => [...inside.keys()].some((other) => one !== other && other.start <= one.start && one.end <= other.end);
  if (survey.commands.some((command) => !inside.has(command) && isNested(command))) throw new Unclear('a command in one that runs elsewhere');
  // A copy of a link leads to the shared file, and a copy of that file is no link.
  if (survey.uses.some(({ mention, spots, role }) => role !== 'enter' && moved.has(mention) && spots.some(({ path, rest }) => rest === undefined && findings.places.isLink(path)))) throw new Unclear('a link');
  checkLinks(findings);
  checkFolders(findings);
  checkOutside(findings);
}

function staysRelative({ inside }: Findings, { relative, command }: Mention): boolean {
  return relative && command !== undefined && inside.has(command);
}

/** What is written through a link goes where its text leads, and that is no private folder. */
function checkLinks({ survey }: Findings): void {
  for (const link of survey.links) {
    for (const place of link.spots) {
      const others = survey.uses.filter(({ mention, role }) => mention !== link.mention && role !== 'look');
      if (others.some(({ spots }) => spots.some((spot) => mayTouch(spot, place)))) throw new Unclear('a link that is used');
    }
  }
}

/** The current folder stays a shared one, so it has to be there. */
function checkFolders({ survey, places, written }: Findings): void {
  for (const { spots, role } of survey.uses) {
    if (role !== 'enter') continue;
    for (const spot of spots) {
      const above = written.flatMap((use) => use.spots.filter(({ tree, place, rest }) => rest === undefined && tree === spot.tree && isWithin(place, spot.place)).map(() => use.role));
      if (above.includes('tree') || (above.length > 0 && !places.isFolder(spot.path))) throw new Unclear('a folder that the command makes itself');
    }
  }
}

/** Folders that are not shared themselves, but have private files below them. */
function checkOutside({ survey, places, written, roots, inside }: Findings): void {
  const spots = written.flatMap((use) => use.spots);
  for (const outside of survey.outside) {
    if (!READING.has(outside.role) && outside.rest === undefined) continue;
    for (const spot of spots) {
      if (isAbove(outside, spot, places) && !(outside.role === 'list' && isHidden(outside.path, spot, places))) throw new Unclear('a folder above the shared ones');
    }
  }
  const somewhere = [places.cwd, ...survey.uses.flatMap((use) => (use.role === 'enter' ? use.spots.map(({ path }) => path) : []))];
  const isPrivate = (folder: string): boolean => {
    const place = placeAt(folder, places);
    return place !== undefined && roots.touches({ ...place, path: folder });
  };
  for (const { cwd, command } of [...survey.vague, ...survey.commands.flatMap((note) => (note.readsFolder ? [{ cwd: note.cwd, command: note }] : []))]) {
    if (command !== undefined && inside.has(command)) continue;
    if ((cwd ?? somewhere).some(isPrivate)) throw new Unclear('a command in a folder that is not known');
  }
  for (const { cwd, readsFolder } of survey.commands) {
    if (!readsFolder) continue;
    for (const folder of cwd ?? []) {
      // A folder far above, such as the home of the user, is not looked at for the sake of the shared dir.
      const isShared = spots.some(({ tree, place }) => {
        const found = places.placeOf(`${folder}/${place}`);
        return placeAt(folder, places) === undefined && found?.tree === tree && found.place === place;
      });
      if (isShared) throw new Unclear('the shared dir as the current folder');
    }
  }
}

const READING: ReadonlySet<Role> = new Set(['read', 'list', 'tree', 'export']);

/** Whether the names in a folder are the same after what happens at a spot: it is in a folder below that is there already. */
function isHidden(folder: string, { path }: Spot, places: ShellPlaces): boolean {
  const [name, ...others] = path.startsWith(`${folder}/`) ? path.slice(folder.length + 1).split('/') : [];
  return name !== undefined && others.length > 0 && places.isFolder(`${folder}/${name}`);
}
