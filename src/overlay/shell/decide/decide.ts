import { check } from './check.js';
import { isWithin, parentOf } from '../paths/match.js';
import type { CommandNote, Mention, Spot, Use, WordEdit } from '../paths/mention.js';
import type { Place, PrivateCopy, ShellPlaces } from '../places.js';
import { placeAt } from '../paths/resolve.js';
import { copiesOf, createRoots, type Roots } from './roots.js';
import type { Survey } from '../paths/survey.js';
import { Unclear } from '../unclear.js';
import { WRITING } from '../paths/uses.js';

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

/** What is found to belong together: words that change, and commands that run elsewhere. */
export interface Findings {
  readonly survey: Survey;
  readonly places: ShellPlaces;
  readonly roots: Roots;
  /** What the command itself changes. */
  readonly written: readonly Use[];
  readonly moved: ReadonlySet<Mention>;
  /** The private folders in which commands run. */
  readonly inside: ReadonlyMap<CommandNote, Place>;
}

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
  const inside = new Map<CommandNote, Place>();
  const findings: Findings = { survey, places, roots, written, moved, inside };
  while (moveWords(findings, moved) || runScripts(findings, moved) || moveCommands(findings, inside)) {
    // Until nothing more belongs to it.
  }
  check(findings);
  return { copies: copiesOf(roots), edits: editsOf(findings), splits: survey.split.some((mention) => moved.has(mention)) };
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
function moveCommands({ survey, places, roots, moved }: Findings, inside: Map<CommandNote, Place>): boolean {
  let isNew = false;
  for (const command of survey.commands) {
    if (inside.has(command)) continue;
    const spots = foldersIn(command.cwd, places);
    const looks = command.readsFolder && spots.some(roots.touches);
    const prints = command.loud && [...moved].some((mention) => mention.command === command && mention.relative);
    if (!looks && !prints) continue;
    const [folder] = spots;
    if (folder === undefined || spots.length !== command.cwd?.length || spots.length > 1 || !command.separable) throw new Unclear('a command in a shared folder');
    inside.set(command, { tree: folder.tree, place: folder.place });
    roots.cover(folder, looks ? command.folderRole : 'read');
    isNew = true;
  }
  return isNew;
}

function foldersIn(cwd: readonly string[] | undefined, places: ShellPlaces): Spot[] {
  return (cwd ?? []).flatMap((path): Spot[] => {
    const found = placeAt(path, places);
    return found === undefined ? [] : [{ tree: found.tree, place: found.place, path }];
  });
}

function editsOf({ survey, moved, inside }: Findings): Edit[] {
  const commands = [...inside].map(([{ start, end }, folder]): Edit => ({ kind: 'inside', start, end, folder }));
  const mentions = new Set(survey.uses.filter(({ role }) => role !== 'enter').map(({ mention }) => mention));
  const words = [...mentions].flatMap((mention): Edit[] => {
    const folder = mention.command === undefined ? undefined : inside.get(mention.command);
    const staysRelative = folder !== undefined && mention.relative && mention.spots.every(({ tree, place }) => tree === folder.tree && isWithin(folder.place, place));
    if (staysRelative) return [];
    if (moved.has(mention)) return [{ kind: 'private', word: mention.edit }];
    return folder !== undefined && mention.relative ? [{ kind: 'shared', word: mention.edit }] : [];
  });
  return [...commands, ...words];
}

