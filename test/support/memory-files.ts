import { basename, dirname, join } from 'node:path';
import { sameBytes } from '../../src/system/content.js';
import type { EntryKind, Files } from '../../src/system/files/files.js';

/** Files in memory, for models that write millions of times. A folder exists as soon as it contains something. There are no links. */
export function memoryFiles(): Files {
  const contents = new Map<string, { readonly content: Uint8Array; readonly written: number }>();
  const write = (path: string, content: Uint8Array): void => void contents.set(path, { content, written: Date.now() });
  const needed = (path: string): { readonly content: Uint8Array; readonly written: number } => {
    const entry = contents.get(path);
    if (!entry) throw Object.assign(new Error(`ENOENT: no such file, '${path}'`), { code: 'ENOENT' });
    return entry;
  };
  const refuseTaken = (path: string): void => {
    if (contents.has(path)) throw Object.assign(new Error(`EEXIST: file already exists, '${path}'`), { code: 'EEXIST' });
  };
  const move = (from: string, to: string): void => {
    contents.set(to, needed(from));
    contents.delete(from);
  };
  const isFolder = (path: string): boolean => [...contents.keys()].some((name) => name.startsWith(`${path}/`));
  const read = (path: string): Uint8Array | null => contents.get(path)?.content ?? null;
  const kind = (path: string): EntryKind | null => (contents.has(path) ? 'file' : isFolder(path) ? 'folder' : null);
  const namesIn = (folder: string): string[] =>
    [...contents.keys()].filter((path) => dirname(path) === folder).map((path) => basename(path));
  return {
    read,
    readInside: (folder, place) => read(join(folder, place)),
    kind,
    list: namesIn,
    entries: (folder) => namesIn(folder).map((name) => ({ name, kind: kind(join(folder, name)) ?? 'other' })),
    stat: (path) => {
      const [found, entry] = [kind(path), contents.get(path)];
      return found && { kind: found, modifiedAt: entry?.written ?? 0, size: entry?.content.length ?? 0 };
    },
    realPath: (path) => path,
    linkTarget: (path) => path,
    modifiedAt: (path) => contents.get(path)?.written ?? null,
    size: (path) => read(path)?.length ?? null,
    mode: () => 0o600,
    canChange: () => true,
    makeFolder: () => undefined,
    writeNew: (path, content) => {
      refuseTaken(path);
      write(path, content);
    },
    forceAll: async () => undefined,
    writePrivate: write,
    append: (path, text) => write(path, Buffer.concat([read(path) ?? Buffer.alloc(0), Buffer.from(text)])),
    hardLink: (path, name) => {
      refuseTaken(name);
      contents.set(name, needed(path));
    },
    copy: (path, name) => {
      refuseTaken(name);
      write(name, needed(path).content);
    },
    overwrite: (path, before, after) => {
      if (!sameBytes(needed(path).content, before)) return false;
      write(path, after);
      return true;
    },
    exchange: (other, path) => {
      const [one, two] = [needed(other), needed(path)];
      contents.set(other, two);
      contents.set(path, one);
    },
    symlink: () => undefined,
    rename: move,
    remove: (path) => void contents.delete(path),
    removeFolder: (folder) => {
      for (const path of contents.keys()) if (path.startsWith(`${folder}/`)) contents.delete(path);
    },
    syncFolder: () => undefined,
  };
}
