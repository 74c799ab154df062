/** The repository that another one was cloned from. */
export type Remote =
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
