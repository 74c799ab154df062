import { isWithin, parentOf } from '../paths/match.js';
import type { CommandNote, Mention, Spot, Use, WordEdit } from '../paths/mention.js';
import type { Survey } from '../paths/survey.js';
import { WRITING } from '../paths/uses.js';
import type { Place, PrivateCopy, ShellPlaces } from '../places.js';
import { Unclear } from '../unclear.js';
import { check } from './check.js';
import { changeOf, foldersIn, type Findings, isMade } from './findings.js';
import { copiesOf, createRoots, type Roots } from './roots.js';

/** What has to be done so that a command leaves the shared files alone. */
export interface Decision {
  readonly copies: readonly PrivateCopy[];
  readonly edits: readonly Edit[];
  /** Private paths are split into words somewhere. */
  readonly splits: boolean;
}

export type Edit =
  /** The word leads to the private folder. */
  | { readonly kind: 'private'; readonly word: WordEdit }
  /** The word leads to the shared folder, by an absolute path. */
  | { readonly kind: 'shared'; readonly word: WordEdit }
  /** The command runs in a private folder. */
  | { readonly kind: 'inside'; readonly start: number; readonly end: number; readonly folder: Place };

const MOST_USES = 2000;

/**
 * All that a command writes goes to private folders, and with it every other mention of the same files, of what is in them
 * and of the folders above them: a command has to see what it has written. Undefined when it writes nothing that is
 * shared; throws `Unclear` when it cannot be kept off the shared files, or would notice.
 */
export function decide(survey: Survey, places: ShellPlaces): Decision | undefined {
  if (survey.uses.length > MOST_USES) throw new Unclear('too long');
  const roots = createRoots(places);
  const written = survey.uses.filter(({ role }) => WRITING.has(role));
  for (const { spots, role } of written) for (const spot of spots) roots.cover(spot, role);
  for (const { cwd, readsFolder, folderRole } of survey.commands) {
    if (readsFolder && WRITING.has(folderRole)) for (const spot of foldersIn(cwd, places)) roots.cover(spot, folderRole);
  }
  if (roots.all().length === 0) return undefined;

  const moved = new Set<Mention>();
  const findings: Findings = { survey, places, roots, written, moved, entered: enterMade(survey, written, moved, places), inside: new Map() };
  while (moveWords(findings, moved) || runScripts(findings, moved) || moveCommands(findings)) {
    // Until nothing more belongs to it.
  }
  check(findings);
  return { copies: copiesOf(roots), edits: editsOf(findings), splits: survey.split.some((mention) => moved.has(mention)) };
}

/** A folder that the command makes and then goes to is a private one. */
function enterMade(survey: Survey, written: readonly Use[], moved: Set<Mention>, places: ShellPlaces): Spot[] {
  const made = survey.uses.filter(({ role, spots }) => role === 'enter' && spots.some((spot) => isMade(spot, written, places)));
  for (const { mention, spots } of made) {
    if (!mention.contained && !spots.every(({ path }) => places.returnsFrom?.(path) === true)) throw new Unclear('a folder that the command makes itself');
    moved.add(mention);
  }
  return made.flatMap(({ spots }) => spots);
}

/** Words that name something private, or a folder above it. */
function moveWords({ survey, roots }: Findings, moved: Set<Mention>): boolean {
  let isNew = false;
  for (const { mention, spots, role } of survey.uses) {
    if (role === 'enter' || moved.has(mention) || !spots.some(roots.touches)) continue;
    if (role === 'export') throw new Unclear('a private path in the environment');
    moved.add(mention);
    isNew = true;
  }
  for (const { mention, spots, role } of survey.uses) {
    if (role === 'enter' || !moved.has(mention)) continue;
    for (const spot of spots) isNew = roots.cover(spot, role) || isNew;
  }
  return isNew;
}

/** A script may look at what stands beside it: it is run together with all of the skill, or whatever it belongs to. */
function runScripts({ survey, roots }: Findings, moved: Set<Mention>): boolean {
  let isNew = false;
  for (const { mention, spot } of survey.runs) {
    const { tree, place } = spot;
    const unit = place.split('/').length > 2 ? place.split('/', 2).join('/') : undefined;
    const folder = unit !== undefined && roots.all().some((root) => root.tree === tree && isWithin(unit, root.place)) ? unit : ownFolder(roots, spot);
    if (folder === undefined) continue;
    isNew = roots.cover({ ...spot, place: folder }, 'read') || !moved.has(mention) || isNew;
    moved.add(mention);
  }
  return isNew;
}

/** The folder of a script that the command itself has written. */
function ownFolder(roots: Roots, { tree, place }: Spot): string | undefined {
  return roots.all().some((root) => root.tree === tree && root.place === place) ? parentOf(place) : undefined;
}

/** Commands that look at a private folder because it is the current one, or that would print other paths than before. */
function moveCommands({ survey, places, roots, moved, entered, inside }: Findings): boolean {
  let isNew = false;
  for (const command of survey.commands) {
    if (inside.has(command)) continue;
    const spots = foldersIn(command.cwd, places);
    const isEntered = spots.some((spot) => entered.some(({ tree, place }) => tree === spot.tree && isWithin(place, spot.place)));
    const looks = command.readsFolder && spots.some(roots.touches);
    if (!isEntered && !looks && !(command.loud && namesRelative(command, moved))) continue;
    const [folder] = spots;
    if (folder === undefined || command.cwd?.length !== 1 || !(command.separable || isEntered)) throw new Unclear('a command in a shared folder');
    inside.set(command, { tree: folder.tree, place: folder.place, isEntered });
    if (looks || !isEntered) roots.cover(folder, looks ? command.folderRole : 'read');
    isNew = true;
  }
  return isNew;
}

function namesRelative(command: CommandNote, moved: ReadonlySet<Mention>): boolean {
  return [...moved].some((mention) => mention.command === command && mention.base !== undefined);
}

function editsOf(findings: Findings): Edit[] {
  const commands = [...findings.inside].flatMap(([{ start, end }, folder]): Edit[] => (folder.isEntered ? [] : [{ kind: 'inside', start, end, folder }]));
  const mentions = new Set(findings.survey.uses.map(({ mention }) => mention));
  const words = [...mentions].flatMap((mention): Edit[] => {
    const kind = changeOf(findings, mention);
    return kind === 'none' ? [] : [{ kind, word: mention.edit }];
  });
  return [...commands, ...words];
}

