import { closeSync, openSync, writeSync } from 'node:fs';
import { exchange } from '../../src/system/files/exchange.js';
import type { Files } from '../../src/system/files/files.js';

type Call = keyof Files;

/** Calls that only read. */
const READING: ReadonlySet<Call> = new Set<Call>([
  'read',
  'readInside',
  'kind',
  'list',
  'entries',
  'stat',
  'realPath',
  'linkTarget',
  'modifiedAt',
  'size',
  'mode',
  'canChange',
]);

/**
 * The numbers, from 1, of the calls before which a crash matters, and one past the last. A crash before a call that only reads leaves
 * the same as a crash before the next call that changes something.
 */
export function crashPoints(calls: readonly Call[]): number[] {
  return [...calls.flatMap((call, index) => (READING.has(call) ? [] : [index + 1])), calls.length + 1];
}

/** Records the calls that reach the files. */
export function countingFiles(files: Files): Files & { readonly calls: readonly Call[] } {
  const calls: Call[] = [];
  return { ...watched(files, (call) => void calls.push(call)), calls };
}

/** Files of which one call, counted from 1, fails with an error of the system, such as `ENOSPC`. */
export function failingFiles(files: Files, { call, error }: { readonly call: number; readonly error: string }): Files {
  let count = 0;
  return watched(files, () => {
    count += 1;
    if (count === call) throw systemError(error);
  });
}

/** Files on which every call of one kind fails, from the nth (1) on. */
export function brokenFiles(
  files: Files,
  { call, from = 1, error }: { readonly call: Call; readonly from?: number; readonly error: string },
): Files {
  let count = 0;
  return watched(files, (name) => {
    if (name === call) count += 1;
    if (name === call && count >= from) throw systemError(error);
  });
}

/** The process is killed before a call, counted from 1: that call and all later ones, including clean-ups, throw this. */
export class Crash extends Error {}

export function crashingFiles(files: Files, call: number): Files {
  let count = 0;
  return watched(files, () => {
    count += 1;
    if (count >= call) throw new Crash(`killed at call ${call}`);
  });
}

export interface Interference {
  /** Acts before a call of this kind … */
  readonly before: Call;
  /** … the nth of them, counted from 1 (default 1); `every`: each time. */
  readonly nth?: number | 'every';
  /** The action of an external writer. */
  readonly act: () => void;
}

/** Files on which an external writer acts at a chosen moment. */
export function interferingFiles(files: Files, { before, nth = 1, act }: Interference): Files {
  let count = 0;
  return watched(files, (call) => {
    if (call !== before) return;
    count += 1;
    if (nth === 'every' || count === nth) act();
  });
}

/** Files on a disk that cannot exchange two names in one step: the exchange is made of several calls. */
export function withoutExchange(files: Files, code = 'EINVAL'): Files {
  return { ...files, exchange: (other, path) => exchange(files, other, path, fails(code)) };
}

/** Files on a disk that has no hard links either, such as exFAT. */
export function withoutLinks(files: Files, code = 'EPERM'): Files {
  return withoutExchange({ ...files, hardLink: fails(code) }, code);
}

/** Files on some of which something is mounted, as in containers: these cannot be replaced or renamed. */
export function withMounts(files: Files, isMounted: (path: string) => boolean): Files {
  const refuse = (paths: readonly string[], code: string): void => {
    if (paths.some(isMounted)) throw systemError(code);
  };
  const mounted: Files = {
    ...files,
    rename: (from, to) => {
      refuse([from, to], 'EBUSY');
      files.rename(from, to);
    },
    hardLink: (path, name) => {
      refuse([path], 'EXDEV');
      files.hardLink(path, name);
    },
    remove: (path) => {
      refuse([path], 'EBUSY');
      files.remove(path);
    },
  };
  const exchangeMounted: Files['exchange'] = (other, path) => {
    const swap = (): void => {
      refuse([other, path], 'EBUSY');
      files.exchange(other, path);
    };
    exchange(mounted, other, path, swap);
  };
  return { ...mounted, exchange: exchangeMounted };
}

/** Files of which some are on a disk, or in a folder, that is read-only. */
export function withReadOnly(files: Files, isBelow: (path: string) => boolean, code = 'EROFS'): Files {
  const refuse = (...paths: readonly string[]): void => {
    if (paths.some(isBelow)) throw systemError(code);
  };
  const refusing = <A extends readonly string[], R>(act: (...args: A) => R) => {
    return (...args: A): R => {
      refuse(...args);
      return act(...args);
    };
  };
  return {
    ...files,
    canChange: (path) => !isBelow(path) && files.canChange(path),
    makeFolder: (folder) => {
      if (files.kind(folder) === null) refuse(folder);
      files.makeFolder(folder);
    },
    writeNew: (path, content, mode) => {
      refuse(path);
      files.writeNew(path, content, mode);
    },
    exchange: refusing((other: string, path: string) => files.exchange(other, path)),
    hardLink: refusing((path: string, name: string) => files.hardLink(path, name)),
    rename: refusing((from: string, to: string) => files.rename(from, to)),
    symlink: (target, path) => {
      refuse(path);
      files.symlink(target, path);
    },
  };
}

/** The process is killed in the middle of the nth write in place, counted from 1. */
export function tearingFiles(files: Files, nth: number): Files {
  const state = { count: 0, dead: false };
  const killed = watched(files, () => {
    if (state.dead) throw new Crash('killed in the middle of a write, before this');
  });
  return {
    ...killed,
    overwrite: (path, before, after) => {
      state.count += 1;
      if (state.count !== nth) return killed.overwrite(path, before, after);
      const descriptor = openSync(path, 'r+');
      writeSync(descriptor, after, 0, Math.ceil(after.length / 2), 0);
      closeSync(descriptor);
      state.dead = true;
      throw new Crash('killed in the middle of a write');
    },
  };
}

function fails(code: string): () => never {
  return () => {
    throw systemError(code);
  };
}

/** An error as Node throws it for a failed system call. */
function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: made by a test`), { code });
}

/** Calls `before` with the name of each call, before the call. */
export function watched(files: Files, before: (call: Call) => void): Files {
  const then = <A extends readonly unknown[], R>(call: Call, act: (...args: A) => R) => {
    return (...args: A): R => {
      before(call);
      return act(...args);
    };
  };
  return {
    read: then('read', (path: string) => files.read(path)),
    readInside: then('readInside', (folder: string, place: string) => files.readInside(folder, place)),
    kind: then('kind', (path: string) => files.kind(path)),
    list: then('list', (folder: string) => files.list(folder)),
    entries: then('entries', (folder: string) => files.entries(folder)),
    stat: then('stat', (path: string) => files.stat(path)),
    realPath: then('realPath', (path: string) => files.realPath(path)),
    linkTarget: then('linkTarget', (path: string) => files.linkTarget(path)),
    modifiedAt: then('modifiedAt', (path: string) => files.modifiedAt(path)),
    size: then('size', (path: string) => files.size(path)),
    mode: then('mode', (path: string) => files.mode(path)),
    canChange: then('canChange', (path: string) => files.canChange(path)),
    makeFolder: then('makeFolder', (folder: string) => files.makeFolder(folder)),
    writePrivate: then('writePrivate', (path: string, content: Uint8Array) => files.writePrivate(path, content)),
    writeNew: then('writeNew', (path: string, content: Uint8Array, mode: number) => files.writeNew(path, content, mode)),
    forceAll: then('forceAll', (paths: readonly string[]) => files.forceAll(paths)),
    append: then('append', (path: string, content: string) => files.append(path, content)),
    hardLink: then('hardLink', (path: string, name: string) => files.hardLink(path, name)),
    copy: then('copy', (path: string, name: string) => files.copy(path, name)),
    overwrite: then('overwrite', (path: string, old: Uint8Array, next: Uint8Array) => files.overwrite(path, old, next)),
    exchange: then('exchange', (other: string, path: string) => files.exchange(other, path)),
    symlink: then('symlink', (target: string, path: string) => files.symlink(target, path)),
    rename: then('rename', (from: string, to: string) => files.rename(from, to)),
    remove: then('remove', (path: string) => files.remove(path)),
    removeFolder: then('removeFolder', (folder: string) => files.removeFolder(folder)),
    syncFolder: then('syncFolder', (folder: string) => files.syncFolder(folder)),
  };
}
