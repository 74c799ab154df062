import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fingerprint } from '../id.js';
import { commonDirOf, gitDirAt, readGitFile, type Repository, topOf, unlessRefused } from './repository.js';

/** The repository and working tree of a session. Sessions compare them to find others that work on the same. */
export interface RepositoryIdentity {
  /** Equal in all working trees and all clones of one repository. It is safe in a file name, and reveals nothing of a URL. */
  readonly key: string;
  /** The top of the working tree, real path. */
  readonly worktree: string;
}

/**
 * Reads the configuration of the repository, and of the repositories on this machine that it was cloned from. Never fails:
 * unreadable git files count as missing. Clones are recognised by their `origin`, so a fork and its original are two
 * repositories.
 */
export function identityOf({ root, commonDir }: Repository): RepositoryIdentity {
  return { key: fingerprint(sourceOf(commonDir)), worktree: root };
}

/** `clones`: the common dirs that were followed to this one; two repositories may name each other as `origin`. */
function sourceOf(commonDir: string, clones: readonly string[] = []): string {
  const url = originUrl(commonDir);
  if (url === undefined || clones.includes(commonDir)) return commonDir;
  const remote = readRemote(url);
  if (remote.kind === 'elsewhere') return remote.name;
  const path = resolve(topOf(commonDir), remote.path);
  const gitDir = gitDirToFetch(path);
  // A repository that was removed still identifies all clones of it.
  return gitDir === undefined ? path : sourceOf(commonDirOf(gitDir).commonDir, [...clones, commonDir]);
}

/** The git dir that git would fetch from for this path, which names a working tree or a bare repository, also without its `.git`. */
function gitDirToFetch(path: string): string | undefined {
  return [path, `${path}.git`]
    .map((candidate) => gitDirAt(candidate) ?? (isGitDir(candidate) ? candidate : undefined))
    .find((found) => found !== undefined);
}

function isGitDir(path: string): boolean {
  return ['HEAD', 'objects', 'refs'].every(
    (name) => unlessRefused(() => statSync(join(path, name), { throwIfNoEntry: false })) !== undefined,
  );
}

/**
 * The URL of `origin` in the configuration of a repository, as it is written there; undefined when there is none. Other files
 * are not read: neither included files nor the user's own configuration, with its `insteadOf`.
 */
export function originUrl(commonDir: string): string | undefined {
  let inOrigin = false;
  // A backslash at the end of a line joins it with the next one.
  for (const line of readGitFile(join(commonDir, 'config'))
    .replaceAll(/\\\r?\n/g, '')
    .split(/\r?\n/)) {
    const section = line.includes('[') ? SECTION.exec(line) : null;
    if (section) inOrigin = section[1]?.toLowerCase() === 'remote' && section[2] === 'origin';
    if (!inOrigin) continue;
    const value = URL_KEY.exec(section ? line.slice(section[0].length) : line)?.[1];
    // When there are several URLs, git fetches from the first.
    if (value !== undefined) return plain(value);
  }
  return undefined;
}

/** `[remote "origin"]` */
const SECTION = /^\s*\[\s*([\w.-]+)\s*(?:"((?:\\.|[^"\\])*)")?\s*\]/;

const URL_KEY = /^\s*url\s*=\s*(.*)$/i;

/** A value without its quotes and escapes, and without trailing space and comment. */
function plain(written: string): string {
  const parts = written.matchAll(/"((?:\\.|[^"\\])*)"?|\\(.)|\s*(?:[#;].*)?$|(.)/g);
  return [...parts].map(([, quoted, escaped, bare]) => quoted?.replaceAll(/\\(.)/g, '$1') ?? escaped ?? bare ?? '').join('');
}

/** The repository that another one was cloned from. */
type Remote =
  /** A repository on this machine; the path may be relative. */
  | { readonly kind: 'local'; readonly path: string }
  /** A repository on another machine. Its name is the same for every protocol, and contains no user name and no password. */
  | { readonly kind: 'elsewhere'; readonly name: string };

/**
 * Parses a URL as git does. `git@host:a/b.git`, `ssh://git@host:2222/a/b` and `https://user:token@host/a/b` are equal: protocol,
 * user, port, query and a trailing `.git` are ignored. Several URLs of one repository are common; two repositories whose URLs
 * differ only in these parts are not.
 */
export function readRemote(url: string): Remote {
  const full = /^(?:[\w+.-]+::)?([a-z][\w+.-]*):\/\/([^/?#]*)([^?#]*)/i.exec(url);
  if (full) {
    const [, way = '', authority = '', path = ''] = full;
    return way.toLowerCase() === 'file' ? { kind: 'local', path: decoded(path) } : elsewhere(authority, decoded(path));
  }
  // `host:path`. With a slash before the colon it is a path on this machine.
  const short = /^((?:[^/:@]*@)?(?:\[[^\]/]*\]|[^/:[\]]+)):(?!:)(.*)$/.exec(url);
  return short ? elsewhere(short[1] ?? '', short[2] ?? '') : { kind: 'local', path: url };
}

function elsewhere(authority: string, path: string): Remote {
  // An IPv6 address is in brackets, because it contains colons.
  const host = /^(?:.*@)?(\[[^\]]*\]|[^:]*)/.exec(authority)?.[1] ?? '';
  const trimmed = path
    .replace(/^\/+/, '')
    .replace(/\/+$/, '')
    .replace(/\.git$/, '');
  return { kind: 'elsewhere', name: `${host.toLowerCase()}/${trimmed}` };
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
