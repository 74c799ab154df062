import { changeOf, type Findings, foldersIn } from './findings.js';
import { isWithin, mayTouch } from '../paths/match.js';
import type { CommandNote, Mention, Role, Spot } from '../paths/mention.js';
import { isAbove, placeAt } from '../paths/resolve.js';
import type { ShellPlaces } from '../places.js';
import type { Survey } from '../paths/survey.js';
import { Unclear } from '../unclear.js';

/** Throws `Unclear` when a command would notice that words of it have changed, or would still change shared files. */
export function check(findings: Findings): void {
  const { survey, places, moved, inside } = findings;
  const isPrivate = (mention: Mention): boolean => changeOf(findings, mention) === 'private';
  const isTaken = (command: CommandNote | undefined): boolean => command !== undefined && inside.get(command)?.isEntered === false;
  const isInside = ({ cwd, command }: Survey['strays'][number]): boolean => (command !== undefined && inside.has(command)) || foldersIn(cwd, places).some((spot) => isEntered(findings, spot));
  if ([...moved].some(({ detached }) => detached)) throw new Unclear('it would go on in the background');
  if (survey.kept.some(isPrivate) || survey.outputs.some((command) => inside.has(command))) throw new Unclear('a private path would be written down');
  if (survey.keptAny && [...moved].some((mention) => isPrivate(mention) && (mention.command?.loud ?? true))) throw new Unclear('a private path might be written down');
  const folders = [...inside.keys()].flatMap(({ cwd }) => cwd ?? []);
  if (survey.told.some(({ cwd }) => cwd?.some((folder) => folders.includes(folder)))) throw new Unclear('the path of the current folder');
  if (survey.derived.some(({ command }) => isTaken(command))) throw new Unclear('a relative path goes to another command');
  if ([...moved].some(({ command }) => command?.apart === true) || [...inside.keys()].some(({ apart }) => apart)) throw new Unclear('a program that keeps a record');
  const isSpelledOut = (mention: Mention): boolean => mention.command?.loud === true && changeOf(findings, mention) === 'shared';
  if (survey.strays.some(isInside) || survey.uses.some(({ mention }) => isSpelledOut(mention))) throw new Unclear('a relative path that leads out of a private folder');
  const isNested = (one: CommandNote): boolean => [...inside.keys()].some((other) => one !== other && isTaken(other) && other.start <= one.start && one.end <= other.end);
  if (survey.commands.some((command) => !inside.has(command) && isNested(command))) throw new Unclear('a command in one that runs elsewhere');
  // A copy of a link leads to the shared file, and a copy of that file is no link.
  if (survey.uses.some(({ mention, spots }) => moved.has(mention) && spots.some(({ path, rest }) => rest === undefined && places.isLink(path)))) throw new Unclear('a link');
  checkLinks(findings);
  checkOutside(findings);
}

function isEntered({ entered }: Findings, { tree, place }: Spot): boolean {
  return entered.some((folder) => folder.tree === tree && isWithin(folder.place, place));
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

/** Folders that are not shared themselves, but have private files below them. */
function checkOutside({ survey, places, written, roots, inside }: Findings): void {
  const spots = written.flatMap((use) => use.spots);
  for (const outside of survey.outside) {
    if (!READING.has(outside.role) && outside.rest === undefined) continue;
    for (const spot of spots) {
      if (isAbove(outside, spot, places) && !isHidden(outside, spot, places)) throw new Unclear('a folder above the shared ones');
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

/** Whether only names in a folder are read, and they are the same after what happens at a spot: it is in a folder below that is there. */
function isHidden({ path: folder, rest, role }: Survey['outside'][number], { path }: Spot, places: ShellPlaces): boolean {
  if (role !== 'list' || (rest !== undefined && rest.length !== 1)) return false;
  const [name, ...others] = path.startsWith(`${folder}/`) ? path.slice(folder.length + 1).split('/') : [];
  return name !== undefined && others.length > 0 && places.isFolder(`${folder}/${name}`);
}
