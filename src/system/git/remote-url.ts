/** What a repository was cloned from. */
export type Remote =
  /** A repository on this machine; the path may be relative. */
  | { readonly kind: 'local'; readonly path: string }
  /** One elsewhere: a name that is the same whichever way leads there, without the name or password of a user. */
  | { readonly kind: 'elsewhere'; readonly name: string };

/**
 * Reads a URL as git does. `git@host:a/b.git`, `ssh://git@host:2222/a/b` and `https://user:token@host/a/b` are one: way, user,
 * port, query and a `.git` at the end are left out. Two ways to one repository are common, two repositories that differ in
 * no more than these are not.
 */
export function readRemote(url: string): Remote {
  const full = /^(?:[\w+.-]+::)?([a-z][\w+.-]*):\/\/([^/?#]*)([^?#]*)/i.exec(url);
  if (full) {
    const [, way = '', authority = '', path = ''] = full;
    return way.toLowerCase() === 'file' ? { kind: 'local', path: decoded(path) } : elsewhere(authority, decoded(path));
  }
  // `host:path`. With a slash before the colon it is a path of this machine.
  const short = /^((?:[^/:@]*@)?(?:\[[^\]/]*\]|[^/:[\]]+)):(?!:)(.*)$/.exec(url);
  return short ? elsewhere(short[1] ?? '', short[2] ?? '') : { kind: 'local', path: url };
}

function elsewhere(authority: string, path: string): Remote {
  // An address of IPv6 stands in brackets, since it has colons of its own.
  const host = /^(?:.*@)?(\[[^\]]*\]|[^:]*)/.exec(authority)?.[1] ?? '';
  const trimmed = path.replace(/^\/+/, '').replace(/\/+$/, '').replace(/\.git$/, '');
  return { kind: 'elsewhere', name: `${host.toLowerCase()}/${trimmed}` };
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
