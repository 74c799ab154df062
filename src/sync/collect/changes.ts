import { STATE_FILE } from '../../client/shared-dir.js';
import { ruleFor } from '../../config/layout.js';
import { isDiscarded } from '../../session/manifest.js';
import type { Session } from '../../session/session.js';
import { attempt } from '../../system/attempt.js';
import type { EntryKind, Files } from '../../system/files/files.js';
import { hasCode, isMissing } from '../../system/fs/fs-error.js';
import {
  areAccepted,
  countFiles,
  type Difference,
  differencesIn,
  homeTree,
  isHomeComplete,
  kindsIn,
  notesTree,
  sameContent,
  type Tree,
} from './differences.js';
import { namesOwnHome } from './home-paths.js';

/** What a sync of a session has to do. */
export interface Changes {
  /** Names in the home that the session changed or made, and that are shared. The client's state file comes last. */
  readonly names: readonly string[];
  /** Tool calls whose writes to shared files are not verified yet. */
  readonly unverified: readonly string[];
  /** What the session changed in each of these names that is a folder. */
  readonly folders: ReadonlyMap<string, readonly Difference[]>;
  /** What a session that is held back has changed in its memory. */
  readonly notes: readonly Difference[];
  /** Whether the session itself may have removed what is missing in its home, see `isHomeComplete`. */
  readonly isHomeComplete: boolean;
}

/**
 * Compares a session with what it started from. Reads only. Undefined when there is nothing to merge or to complete, and for a session
 * that was discarded. In a home without a base everything would seem to be new, so nothing there counts as changed.
 */
export function findChanges(files: Files, session: Session): Changes | undefined {
  const { paths, layout, manifest } = session;
  const { memoryFolder, sync, state } = manifest;
  if (isDiscarded(manifest)) return undefined;
  let complete: boolean | undefined;
  // It looks at every file that a launch makes, so it is found out only when it matters: after the folders were listed.
  const isComplete = (): boolean => (complete ??= isHomeComplete(files, session));
  // Lists real folders only: a link in place of the home or its base might lead anywhere.
  const isFolder = (folder: string): boolean => files.kind(folder) === 'folder';
  const folders = new Map<string, readonly Difference[]>();
  const hasChanged = (name: string, kind: EntryKind | null, start: EntryKind | null): boolean => {
    if (kind !== 'folder') return hasChangedFile(files, session, name, { kind, start });
    if (ruleFor(layout, name, 'folder').policy === 'private') return false;
    const differences = acceptedDifferences(files, homeTree(session, name), isComplete);
    if (differences.length > 0) folders.set(name, differences);
    return differences.length > 0;
  };
  const hasHome = isFolder(paths.homeBase) && isFolder(paths.home);
  const [home, base] = hasHome ? [kindsIn(files, paths.home).kinds, kindsIn(files, paths.homeBase).kinds] : [NO_KINDS, NO_KINDS];
  const names = [...home]
    .flatMap(([name, kind]) => (hasChanged(name, kind, base.get(name) ?? null) ? [name] : []))
    .toSorted((one, other) => Number(one === STATE_FILE) - Number(other === STATE_FILE));
  const hasNotes = sync === 'exit' && memoryFolder !== null && state.name === 'open' && isFolder(paths.notes);
  const notes = hasNotes ? acceptedDifferences(files, notesTree(session, memoryFolder), isComplete) : [];
  const unverified = isFolder(paths.unverified) ? files.list(paths.unverified) : [];
  // An earlier sync may have moved all bases, and still have left an external writer's version to merge.
  const isNothingLeft = files.kind(paths.intent) === null;
  return names.length + unverified.length + notes.length === 0 && isNothingLeft
    ? undefined
    : { names, folders, unverified, notes, isHomeComplete: isComplete() };
}

const NO_KINDS: ReadonlyMap<string, EntryKind | null> = new Map();

/** What a name in the home is, and in the base; null: nothing is there. */
interface FoundKinds {
  readonly kind: Exclude<EntryKind, 'folder'> | null;
  readonly start: EntryKind | null;
}

/** Whether a merge has to look at a name in the home that is no folder. */
function hasChangedFile(files: Files, session: Session, name: string, { kind, start }: FoundKinds): boolean {
  const { ours, base, target } = homeTree(session, name);
  if (kind === 'other' || ruleFor(session.layout, name, 'file').policy === 'private') return false;
  // A name that is not valid UTF-8 leads nowhere, but its file is there.
  if (kind === null) return true;
  if (kind === 'link') {
    try {
      const leadsTo = files.linkTarget(ours);
      return leadsTo !== target && !(start === 'link' && leadsTo === files.linkTarget(base));
    } catch (error) {
      // The link was removed after the folder was listed, so there is nothing to merge; or something else has taken its place.
      if (isMissing(error)) return false;
      if (hasCode(error, 'EINVAL')) return true;
      throw error;
    }
  }
  // A file that cannot be read is not known to be unchanged; merging it reports why.
  const unchanged = attempt(() => start === 'file' && isUnchanged(files, session, name));
  return unchanged.status === 'rejected' || !unchanged.value;
}

/** What a merge finds to do, or to report, in a folder; nothing when all that it could do is to delete more files than it accepts. */
function acceptedDifferences(files: Files, tree: Tree, isComplete: () => boolean): readonly Difference[] {
  const differences = [...differencesIn(files, tree)];
  const isOnlyRemoved = differences.length > 0 && differences.every(({ kind }) => kind === 'removed');
  return isOnlyRemoved && !areAccepted(differences.length, countFiles(files, tree.base), isComplete()) ? [] : differences;
}

/** Whether a file equals its base, and names no path in the home that became translatable only after it was merged. */
function isUnchanged(files: Files, session: Session, name: string): boolean {
  const { ours, base } = homeTree(session, name);
  const content = sameContent(files, ours, base);
  return content !== null && !namesOwnHome(files, session, name, content);
}
