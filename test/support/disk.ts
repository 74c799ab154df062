import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { atEnd } from './lifetime.js';
import type { Environment } from './real-client.js';

/** A small disk. If a real one cannot be mounted: a folder, with preloaded code that makes Node treat it as such a disk. */
export interface Disk {
  readonly folder: string;
  /** The variables for a program that must see the disk in its current state. */
  readonly env: () => Environment;
  /** Leaves this number of pages of 4 KiB free. */
  readonly fill: (free: number) => void;
  /** Frees the space that `fill` took. */
  readonly free: () => void;
  readonly setReadOnly: (readOnly: boolean) => void;
}

const PAGE = 4096;
const PAGES = 64;

/** Makes a disk at a path that does not exist yet; it is removed when the test ends. */
export function createDisk(folder: string): Disk {
  mkdirSync(folder);
  return mounts(folder) ? realDisk(folder) : pretendedDisk(folder);
}

/** Drops root's capabilities, so that permissions apply to it as well; changes nothing for other users. */
export function withoutPowers(command: readonly string[]): string[] {
  return process.getuid?.() === 0 ? ['/usr/bin/setpriv', '--bounding-set=-all', '--inh-caps=-all', ...command] : [...command];
}

function mounts(folder: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${PAGES * PAGE},mode=0700`, 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    return false;
  }
  atEnd(() => void execFileSync('umount', [folder]));
  return true;
}

function realDisk(folder: string): Disk {
  const filler = join(folder, 'filler');
  return {
    folder,
    env: () => ({}),
    fill(free) {
      let size = 0;
      try {
        for (; ; size += PAGE) writeFileSync(filler, Buffer.alloc(PAGE), { flag: 'a' });
      } catch {
        truncateSync(filler, Math.max(size - free * PAGE, 0));
      }
    },
    free: () => rmSync(filler),
    setReadOnly: (readOnly) => void execFileSync('mount', ['-o', `remount,${readOnly ? 'ro' : 'rw'}`, folder]),
  };
}

function pretendedDisk(folder: string): Disk {
  let pages = PAGES;
  let isReadOnly = false;
  return {
    folder,
    env: () => preloading(pretence(folder, pages, isReadOnly)),
    fill: (free) => void (pages = free),
    free: () => void (pages = PAGES),
    setReadOnly: (readOnly) => void (isReadOnly = readOnly),
  };
}

/** The variable by which Node runs this code before any program. */
export function preloading(code: string): Environment {
  return { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(code)}` };
}

/** Written data takes whole pages, which are never freed. */
function pretence(folder: string, pages: number, readOnly: boolean): string {
  return `
    import fs from 'node:fs';
    const below = (path) => typeof path === 'string' && (path + '/').startsWith(${JSON.stringify(`${folder}/`)});
    let free = ${pages};
    const open = new Set();
    const fail = (code, syscall, path, dest) => { throw Object.assign(new Error(code), { code, syscall, path, dest }); };
    const take = (bytes, syscall, path, dest) => { free -= Math.ceil(bytes / ${PAGE}); if (free < 0) fail('ENOSPC', syscall, path, dest); };
    const wrap = (name, before) => { const real = fs[name]; fs[name] = (...args) => { before(...args); return real(...args); }; };
    const changing = ${readOnly} ? (syscall) => (path, dest) => { if (below(path) || below(dest)) fail('EROFS', syscall, path, typeof dest === 'string' ? dest : undefined); } : () => () => {};
    wrap('mkdirSync', (path) => { if (!fs.existsSync(path)) changing('mkdir')(path); });
    for (const name of ['rename', 'link', 'unlink', 'rmdir']) wrap(name + 'Sync', changing(name));
    wrap('symlinkSync', (_, path) => changing('symlink')(path));
    wrap('writeFileSync', (path, text) => { changing('open')(path); if (below(path)) take(text.length, 'write', path); });
    wrap('copyFileSync', (from, to) => { changing('copyfile')(to); if (below(to)) take(fs.statSync(from).size, 'copyfile', from, to); });
    const realOpen = fs.openSync;
    fs.openSync = (path, flags, mode) => { if (flags !== 'r') changing('open')(path); const fd = realOpen(path, flags, mode); if (below(path)) open.add(fd); return fd; };
    wrap('accessSync', (path, mode) => { if ((mode & fs.constants.W_OK) !== 0 && fs.existsSync(path)) changing('access')(path); });
    wrap('closeSync', (fd) => open.delete(fd));
    wrap('writeSync', (fd, content, from = 0) => { if (open.has(fd)) take(content.length - from, 'write'); });
  `;
}
