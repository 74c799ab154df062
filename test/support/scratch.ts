import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { TEMPORARY_SUFFIX } from '../../src/system/fs/atomic-write.js';
import { namesBeside } from '../../src/system/files/exchange.js';
import { atEnd } from './lifetime.js';

/** A temporary folder. Paths that its helpers get are relative to it; absolute ones are used unchanged. */
export interface Scratch {
  /** A real path. */
  readonly root: string;
  readonly at: (...parts: string[]) => string;
  /** Also makes the parent folders; returns the path. Writes in place, so other hard links of the file see the new content. */
  readonly write: (path: string, content: string | Uint8Array) => string;
  readonly link: (path: string, target: string) => string;
  readonly folder: (path: string) => string;
  /** Undefined if there is no such file. */
  readonly read: (path: string) => string | undefined;
  /**
   * Everything below a folder, by its path in it: the text of a file, `-> target` for a link, and `folder` for an empty
   * folder. Temporary files of pclaude are left out, see `temporaries`.
   */
  readonly tree: (path?: string) => Record<string, string>;
  /** The temporary files of pclaude that remain anywhere in it. */
  readonly temporaries: () => string[];
}

/** Makes a temporary folder, and removes it when the test ends. */
export function createScratch(): Scratch {
  const root = mkdtempSync(join(realpathSync(tmpdir()), 'pclaude-unit-'));
  atEnd(() => rmSync(root, { recursive: true, force: true }));
  const at = (...parts: string[]): string => resolve(root, ...parts);
  const below = (path: string): string => {
    mkdirSync(dirname(at(path)), { recursive: true });
    return at(path);
  };
  return {
    root,
    at,
    write(path, content) {
      writeFileSync(below(path), content);
      return at(path);
    },
    link(path, target) {
      symlinkSync(target, below(path));
      return at(path);
    },
    folder(path) {
      mkdirSync(at(path), { recursive: true });
      return at(path);
    },
    read: (path) => (lstatSync(at(path), { throwIfNoEntry: false }) === undefined ? undefined : readFileSync(at(path), 'utf8')),
    tree: (path = '.') => Object.fromEntries(entries(at(path)).filter(([name]) => !isTemporary(name))),
    temporaries: () =>
      entries(root)
        .map(([name]) => name)
        .filter(isTemporary),
  };
}

/** Like `Scratch.tree`, for any folder and with temporary files. */
export function treeOf(folder: string): Record<string, string> {
  return Object.fromEntries(entries(folder));
}

/** Includes the additional names that `exchange` uses. */
function isTemporary(path: string): boolean {
  return namesBeside(TEMPORARY_SUFFIX).some((end) => path.endsWith(end));
}

function entries(folder: string, prefix = ''): [name: string, content: string][] {
  return readdirSync(join(folder, prefix), { withFileTypes: true }).flatMap((entry): [string, string][] => {
    const place = join(prefix, entry.name);
    const path = join(folder, place);
    if (entry.isSymbolicLink()) return [[place, `-> ${readlinkSync(path)}`]];
    if (!entry.isDirectory()) return [[place, readFileSync(path, 'utf8')]];
    const inside = entries(folder, place);
    return inside.length === 0 ? [[place, 'folder']] : inside;
  });
}
