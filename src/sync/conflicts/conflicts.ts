import { join } from 'node:path';
import { type SharedDir, sharedPath } from '../../client/shared-dir.js';
import { isSecret, type Layout } from '../../config/layout.js';
import { type ConflictOrigin, conflictOrigin } from '../../merge/conflict-name.js';
import { sameValue, valueAt } from '../../merge/json/dotted-keys.js';
import { isDiscarded, type Manifest } from '../../session/manifest.js';
import { logFolder, sessionPaths } from '../../session/paths.js';
import { attempt } from '../../system/attempt.js';
import { decodeText, sameBytes } from '../../system/content.js';
import { type Files, readNoFollow } from '../../system/files/files.js';
import { memoryPlace } from '../change.js';
import { type KeptValue, keptValuesFolder, readKeptValues } from '../kept-values.js';
import { readFile } from '../mishaps/last-good.js';
import { isLarge } from '../unmergeable.js';

/** An unsettled conflict: two versions of one file or of one setting. */
export type Conflict = CopyConflict | SessionConflict | ValueConflict;

interface Contradiction {
  /** The shared file. */
  readonly file: string;
  /** Its path in the shared dir, which selects its driver. */
  readonly place: string;
  /** The path of the session's version. */
  readonly ours: string;
  readonly branch: string;
  /** The id of the session. */
  readonly session: string;
}

/** The session's version lies beside the shared file. */
interface CopyConflict extends Contradiction {
  readonly kind: 'copy';
  /** The memory folder whose index may mention the copy; null outside memory. */
  readonly memoryFolder: string | null;
}

/** The file may hold secrets, so the session's version stays in the session dir. */
interface SessionConflict extends Contradiction {
  /** As `conflicts --json` has it. */
  readonly kind: 'held';
  /** The path of its base; null if `ours` is not in the home, and is removed when the conflict is settled. */
  readonly base: string | null;
}

/**
 * Two writers changed the same setting. `ours` is the path of the value that lost, `branch` and `session` are those of the session that
 * wrote this value.
 */
export interface ValueConflict extends Contradiction {
  readonly kind: 'value';
  /** Dotted. */
  readonly key: string;
  readonly kept: KeptValue;
}

export interface ConflictScope {
  readonly stateDir: string;
  readonly shared: SharedDir;
  readonly layout: Layout;
  /** All sessions of this shared dir. */
  readonly sessions: readonly Manifest[];
}

/**
 * Finds all conflicts of a shared dir by what is in the file system: once a model or the user has removed a copy, that conflict is settled.
 * Searches the folders in which copies are made, so no conversations. Reads only; sorted by file.
 */
export function findConflicts(files: Files, scope: ConflictScope): Conflict[] {
  const branches = new Map(scope.sessions.map(({ id, branch }) => [id, branch ?? 'detached']));
  const seen = new Set<string>();
  const copies = searchFolders(files, scope).flatMap((folder) => copiesIn(files, folder, seen));
  const named = copies.map((copy) => ({ ...copy, branch: branches.get(copy.session) ?? copy.branch }));
  const values = keptValues(files, scope).filter(({ file, kept }) => kept.settledAt === null && !standsAgain(files, file, kept));
  return [
    ...named,
    ...values,
    ...scope.sessions.flatMap((manifest) => [...keptInHome(files, scope, manifest), ...mishapsOf(files, scope, manifest)]),
  ].toSorted((a, b) => (a.file < b.file ? -1 : Number(a.file > b.file)));
}

/** Conflicts of settings that the user has settled lately, and can still take back. Reads only. */
export function findSettledValues(files: Files, scope: ConflictScope): ValueConflict[] {
  return keptValues(files, scope).filter(({ kept: { settledAt } }) => settledAt !== null);
}

function keptValues(files: Files, { stateDir, shared }: ConflictScope): ValueConflict[] {
  const folder = keptValuesFolder(stateDir, logFolder(stateDir, files.realPath(shared.dir)));
  return readKeptValues(files, folder).map(({ path, kept }) => {
    const { place, key, from } = kept;
    return {
      kind: 'value',
      file: sharedPath(shared, place),
      place,
      key,
      ours: path,
      branch: from === null ? 'another program' : (from.branch ?? 'detached'),
      session: from?.session ?? '',
      kept,
    };
  });
}

/** Whether the file has the kept value by now: the conflict is then settled. */
function standsAgain(files: Files, file: string, { key, value }: KeptValue): boolean {
  if (isLarge(files, file)) return false;
  const content = attempt(() => readFile(files, file));
  const text = content.status === 'fulfilled' && content.value !== null ? decodeText(content.value) : null;
  const now = text === null ? 'absent' : valueAt(text, key);
  return typeof now !== 'string' && sameValue(now.text, value);
}

/** A folder in which conflict copies are made. */
interface SearchFolder {
  readonly path: string;
  /** Its path in the shared dir. */
  readonly place: string;
  readonly memoryFolder: string | null;
  readonly deep: boolean;
}

function searchFolders(files: Files, { shared, layout, sessions }: ConflictScope): SearchFolder[] {
  const projects = join(shared.dir, 'projects');
  const memory = new Set([
    ...files.list(projects).map((slug) => join(projects, slug, 'memory')),
    ...sessions.flatMap(({ memoryFolder }) => (memoryFolder === null ? [] : [memoryFolder])),
  ]);
  const folders = layout.rows.flatMap((row) =>
    (row.policy === 'merge' || row.policy === 'overlay') && row.kind === 'folder' ? [row.path] : [],
  );
  return [
    { path: shared.dir, place: '', memoryFolder: null, deep: false },
    ...folders.map((place) => ({ path: join(shared.dir, place), place, memoryFolder: null, deep: true })),
    // The deepest first: each folder is searched once, with the nearest index, which is the one that mentions its copies.
    ...[...memory]
      .toSorted((one, other) => other.length - one.length)
      .map((path) => ({ path, place: memoryPlace(''), memoryFolder: path, deep: true })),
  ];
}

/** `seen`: the real paths of folders that were searched already, because a link may lead back. */
function copiesIn(files: Files, folder: SearchFolder, seen: Set<string>): CopyConflict[] {
  const real = files.realPath(folder.path);
  if (seen.has(real)) return [];
  seen.add(real);
  const names = files.list(folder.path);
  return names.flatMap((name): CopyConflict[] => {
    const path = join(folder.path, name);
    const origin = conflictOrigin(name, names);
    if (origin) return copiesAt(files, folder, path, origin);
    const deeper = folder.deep && files.kind(files.realPath(path)) === 'folder';
    return deeper ? copiesIn(files, { ...folder, path, place: join(folder.place, name) }, seen) : [];
  });
}

/** A copy is a file or, if a file was at the path of a folder, a folder with copies of the files that belong there. */
function copiesAt(files: Files, folder: SearchFolder, path: string, { name, branch, session }: ConflictOrigin, below = ''): CopyConflict[] {
  const ours = join(path, below);
  const kind = files.kind(ours);
  if (kind === 'folder')
    return files.list(ours).flatMap((inside) => copiesAt(files, folder, path, { name, branch, session }, join(below, inside)));
  if (kind !== 'file') return [];
  const original = join(name, below);
  return [
    {
      kind: 'copy',
      file: join(folder.path, original),
      place: join(folder.place, original),
      ours,
      branch,
      session,
      memoryFolder: folder.memoryFolder,
    },
  ];
}

/** A version that is merged becomes its own base. A file that differs from its base could therefore not be merged. */
function keptInHome(files: Files, { stateDir, layout }: ConflictScope, manifest: Manifest): SessionConflict[] {
  const { id, branch, shared, state } = manifest;
  const { home, homeBase } = sessionPaths(stateDir, id);
  if (state.name !== 'closed' || isDiscarded(manifest) || files.kind(homeBase) !== 'folder') return [];
  return files.list(home).flatMap((name): SessionConflict[] => {
    const [ours, base] = [join(home, name), join(homeBase, name)];
    if (!isSecret(layout, name) || files.kind(ours) !== 'file' || (!isLarge(files, ours) && sameBytes(files.read(ours), files.read(base))))
      return [];
    return [{ kind: 'held', file: sharedPath(shared, name), place: name, ours, base, branch: branch ?? 'detached', session: id }];
  });
}

/** The versions that mishaps left in a home, which has its earlier content again. */
function mishapsOf(files: Files, { stateDir }: ConflictScope, manifest: Manifest): SessionConflict[] {
  const { id, branch, shared } = manifest;
  const { harmed } = sessionPaths(stateDir, id);
  if (isDiscarded(manifest) || files.kind(harmed) !== 'folder') return [];
  return files.list(harmed).flatMap((number) => {
    const folder = join(harmed, number);
    const names = files.kind(folder) === 'folder' ? files.list(folder) : [];
    return names.map(
      (name): SessionConflict => ({
        kind: 'held',
        file: sharedPath(shared, name),
        place: name,
        ours: join(folder, name),
        base: null,
        branch: branch ?? 'detached',
        session: id,
      }),
    );
  });
}

/** The session's version; null when it is gone. A version in the state dir is never read through a link. */
export function readOurs(files: Files, { kind, ours }: Conflict): Uint8Array | null {
  if (kind !== 'copy') return readNoFollow(files, ours);
  return files.kind(ours) === 'file' ? files.read(ours) : null;
}
