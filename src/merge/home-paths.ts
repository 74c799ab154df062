import { pathToFileURL } from 'node:url';
import { decodeText, encodeText } from '../system/content.js';

/** The paths of the homes of sessions, and the shared paths to which they correspond. */
export interface HomePaths {
  /** The folder of all sessions, by each of its absolute paths. */
  readonly sessions: readonly string[];
  /** The user's home folder, an absolute path, for which shells accept `~` and `$HOME`. */
  readonly userHome: string;
  /**
   * Returns the shared path of the file or folder named `top` in the home of a session; of the home itself when `top` is empty. Returns
   * undefined when the path must not be translated.
   */
  readonly sharedPathOf: (id: string, top: string) => string | undefined;
}

/** A file larger than this, in bytes, is not translated. */
export const TRANSLATE_LIMIT_BYTES = 8 * 1024 * 1024;

/**
 * Replaces paths below the homes of sessions by paths in the shared dir, in all spellings in which the client and installers store them:
 * plain, inside a shell command, escaped for a shell, as `file://` URLs, and with `~` or `$HOME`. In JSON only values are translated,
 * because translation could make two keys equal and so lose one. Returns the given bytes when there is nothing to replace, and for a file
 * that is not text.
 */
export function translateHomePaths(content: Uint8Array, isJson: boolean, paths: HomePaths): Uint8Array {
  if (content.length > TRANSLATE_LIMIT_BYTES || !Buffer.from(content.buffer, content.byteOffset, content.length).includes('.claude'))
    return content;
  const text = decodeText(content);
  if (text === null) return content;
  const translate = translator(paths);
  const translated = isJson ? translateStrings(text, translate) : translate(text);
  return translated === text ? content : encodeText(translated);
}

/** Does the same for one path or command. */
export function translateHomePath(text: string, paths: HomePaths): string {
  return translator(paths)(text);
}

/** Comments come first, because a quote in a comment does not begin a string. A string before a colon is a key. */
const COMMENT_OR_STRING = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|"(?:[^"\\\n]|\\.)*"(?!\s*:)|"(?:[^"\\\n]|\\.)*"/g;

function translateStrings(text: string, translate: (text: string) => string): string {
  return text.replaceAll(COMMENT_OR_STRING, (token: string, at: number) => {
    if (!token.startsWith('"') || /^\s*:/.test(text.slice(at + token.length, at + token.length + 20))) return token;
    const value = parsed(token);
    const translated = value === undefined ? undefined : translate(value);
    return translated === undefined || translated === value ? token : JSON.stringify(translated);
  });
}

function parsed(token: string): string | undefined {
  try {
    const value: unknown = JSON.parse(token);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

/** One way to spell a path. */
interface Spelling {
  readonly sessions: string;
  readonly write: (path: string) => string;
  readonly read: (text: string) => string;
}

function translator(paths: HomePaths): (text: string) => string {
  const replacements = spellingsOf(paths).map((spelling) => ({ spelling, pattern: patternOf(spelling.sessions) }));
  return (text) =>
    replacements.reduce((whole, { spelling, pattern }) => {
      return whole.includes(spelling.sessions)
        ? whole.replaceAll(pattern, (found: string, id: string, rest: string) => replaced(paths, spelling, found, id, rest))
        : whole;
    }, text);
}

/** Returns the spellings, the longest first: a path with a space in it may begin like a shorter one. */
function spellingsOf({ sessions, userHome }: HomePaths): Spelling[] {
  const all = sessions.flatMap((folder): Spelling[] => {
    const short = folder.startsWith(`${userHome}/`)
      ? ['~', '$HOME', '${HOME}'].map((name) => ({
          sessions: shorten(folder, userHome, name),
          write: (path: string) => shorten(path, userHome, name),
          read: same,
        }))
      : [];
    return [
      { sessions: folder, write: same, read: same },
      { sessions: escaped(folder), write: escaped, read: unescaped },
      { sessions: inUrl(folder), write: inUrl, read: fromUrl },
      ...short,
    ];
  });
  return [...new Map(all.toReversed().map((spelling) => [spelling.sessions, spelling])).values()].toSorted(
    (one, other) => other.sessions.length - one.sessions.length,
  );
}

/**
 * Matches the path of a home only if no character before it could belong to a longer path, if `.claude` is a whole name, and if the path
 * does not leave the home again through `..`. The name in the home is matched by a lookahead, because the next path may begin right after
 * it.
 */
function patternOf(sessions: string): RegExp {
  const before = sessions.startsWith('/') ? String.raw`(?<![\p{L}\p{N}_.~}-])` : String.raw`(?<![\p{L}\p{N}_.~}/-])`;
  const home = String.raw`${quoted(sessions)}\/([\w-]+)\/\.claude(?![\p{L}\p{N}_-]|\.[\p{L}\p{N}])`;
  return new RegExp(String.raw`${before}${home}(?!\/(?:[^\n"'\s]*\/)?\.\.(?:[/"'\s]|$))(?:\/(?=((?:\\.|[^/\n"'\\])*)))?`, 'gu');
}

/** A space may end a name or be part of it; the shared dir decides which. */
const NAME = /^(?:\\.|[^\s:;,()<>|&$*?`{}[\]\\])*/;

function replaced({ sharedPathOf }: HomePaths, { write, read }: Spelling, found: string, id: string, rest: string | undefined): string {
  const home = sharedPathOf(id, '');
  if (rest === undefined) return home === undefined ? found : write(home);
  for (const top of [NAME.exec(rest)?.[0] ?? '', rest].map(read)) {
    const path = top === '' ? home && `${home}/` : sharedPathOf(id, top);
    if (path !== undefined) return write(path.slice(0, path.length - top.length));
  }
  return found;
}

function same(text: string): string {
  return text;
}

function shorten(path: string, userHome: string, name: string): string {
  return path.startsWith(`${userHome}/`) ? name + path.slice(userHome.length) : path;
}

function escaped(path: string): string {
  return path.replaceAll(/[^\p{L}\p{N}_@%+=:,./-]/gu, String.raw`\$&`);
}

function unescaped(text: string): string {
  return text.replaceAll(/\\(.)/g, '$1');
}

function inUrl(path: string): string {
  return pathToFileURL(path).pathname;
}

function fromUrl(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function quoted(text: string): string {
  return text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);
}
