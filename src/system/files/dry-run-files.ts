import { basename, dirname, join } from 'node:path';
import { sameBytes } from '../content.js';
import type { EntryKind, Files } from './files.js';

type Entry =
  | { readonly kind: 'file'; readonly content: Uint8Array; readonly mode: number }
  | { readonly kind: 'link'; readonly target: string }
  | { readonly kind: 'folder' }
  /** A path that is removed in the dry run, though it may exist on the disk. */
  | { readonly kind: 'gone' };

const GONE: Entry = { kind: 'gone' };

/** A file that would be created, changed or removed. A null content means that the file does not exist. */
export interface WouldChange {
  readonly path: string;
  readonly before: Uint8Array | null;
  readonly after: Uint8Array | null;
}

export interface DryRun {
  readonly files: Files;
  /** The files that would be different, by path. Links and folders are left out. */
  readonly changes: () => WouldChange[];
}

/** Files for a dry run: writes are kept in memory, where later reads find them, and nothing is written to the disk. */
export function dryRun(real: Files): DryRun {
  const entries = new Map<string, Entry>();
  const look = (path: string): Entry | null => entries.get(path) ?? (isBelowGone(entries, path) ? GONE : null);
  const kind = (path: string): EntryKind | null => {
    const entry = look(path);
    if (entry) return entry.kind === 'gone' ? null : entry.kind;
    return real.kind(path);
  };
  const read = (path: string): Uint8Array | null => {
    const entry = look(path);
    if (entry?.kind === 'link') return read(join(dirname(path), entry.target));
    if (entry) return entry.kind === 'file' ? entry.content : null;
    return real.read(path);
  };
  const write = (path: string, content: Uint8Array, mode: number): void => void entries.set(path, { kind: 'file', content, mode });
  const mode = (path: string): number | null => {
    const entry = look(path);
    return entry?.kind === 'file' ? entry.mode : real.mode(path);
  };
  const entryAt = (path: string): Entry => ({ kind: 'file', content: read(path) ?? new Uint8Array(), mode: mode(path) ?? 0o600 });
  const move = (from: string, to: string): void => void entries.set(to, entryAt(from));
  const list = (folder: string): string[] => {
    const names = new Set(real.list(folder));
    for (const path of entries.keys()) if (dirname(path) === folder) names.add(basename(path));
    return [...names].filter((name) => look(join(folder, name))?.kind !== 'gone');
  };
  const files: Files = {
    read,
    readInside: (folder, place) => {
      const entry = look(join(folder, place));
      if (entry) return entry.kind === 'file' ? entry.content : null;
      return real.readInside(folder, place);
    },
    kind,
    mode,
    canChange: (path) => real.canChange(path),
    modifiedAt: (path) => real.modifiedAt(path),
    size: (path) => read(path)?.length ?? null,
    list,
    entries: (folder) => list(folder).map((name) => ({ name, kind: kind(join(folder, name)) ?? 'other' })),
    stat: (path) => {
      const found = kind(path);
      return found && { kind: found, modifiedAt: real.modifiedAt(path) ?? 0, size: read(path)?.length ?? 0 };
    },
    realPath: (path) => (look(path) ? path : real.realPath(path)),
    linkTarget: (path) => {
      const entry = look(path);
      return entry?.kind === 'link' ? entry.target : real.linkTarget(path);
    },
    makeFolder: (folder) => {
      if (kind(folder) === null) entries.set(folder, { kind: 'folder' });
    },
    writeNew: write,
    forceAll: async () => undefined,
    writePrivate: (path, content) => write(path, content, 0o600),
    append: (path, content) => write(path, Buffer.concat([read(path) ?? Buffer.alloc(0), Buffer.from(content)]), 0o600),
    hardLink: (path, name) => move(path, name),
    copy: (path, name) => write(name, read(path) ?? new Uint8Array(), mode(path) ?? 0o600),
    overwrite: (path, before, after) => {
      if (!sameBytes(read(path), before)) return false;
      write(path, after, mode(path) ?? 0o600);
      return true;
    },
    exchange: (other, path) => {
      const [one, two] = [entryAt(other), entryAt(path)];
      entries.set(path, one);
      entries.set(other, two);
    },
    symlink: (target, path) => void entries.set(path, { kind: 'link', target }),
    rename: (from, to) => {
      move(from, to);
      entries.set(from, GONE);
    },
    remove: (path) => void entries.set(path, GONE),
    removeFolder: (folder) => {
      for (const inside of entries.keys()) if (inside.startsWith(join(folder, '/'))) entries.delete(inside);
      entries.set(folder, GONE);
    },
    syncFolder: () => undefined,
  };
  return { files, changes: () => [...entries].flatMap(([path, entry]) => changeOf(real, path, entry)) };
}

function isBelowGone(entries: ReadonlyMap<string, Entry>, path: string): boolean {
  for (let above = dirname(path); above !== dirname(above); above = dirname(above)) {
    if (entries.get(above)?.kind === 'gone') return true;
  }
  return false;
}

function changeOf(real: Files, path: string, entry: Entry): WouldChange[] {
  if (entry.kind === 'link' || entry.kind === 'folder') return [];
  const before = real.kind(path) === 'file' ? real.read(path) : null;
  const after = entry.kind === 'file' ? entry.content : null;
  return before === null && after === null ? [] : [{ path, before, after }];
}
