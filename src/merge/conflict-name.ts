/** A file name has at most 255 bytes on every file system that pclaude supports (NAME_MAX of Linux; APFS counts UTF-8 bytes likewise). */
const NAME_MAX_BYTES = 255;
const BRANCH_MAX = 40;
const ID_MAX = 40;
const EXTENSION_MAX = 16;

/**
 * Returns the name of a conflict copy of `name` (a file name, not a path): `<stem>.conflict-<branch>-<id>.<ext>`. A name without an
 * extension, or with only a leading dot, gets no extension. Branch and id are reduced to `A-Za-z0-9._-`. The result fits in a file name. A
 * stem that is shortened ends in a hash, so that two long names stay different.
 */
export function conflictName(name: string, branch: string, id: string): string {
  const { stem, extension } = splitName(name);
  const ending = `.conflict-${slug(branch, BRANCH_MAX)}-${slug(id, ID_MAX)}${extension}`;
  const room = NAME_MAX_BYTES - Buffer.byteLength(ending);
  return (Buffer.byteLength(stem) <= room ? stem : shorten(stem, room)) + ending;
}

/**
 * Returns the line that informs the readers of a memory index about a conflict copy. It is an ordinary index entry whose key is the copy,
 * so it is merged and removed like any other.
 */
export function pointerLine(name: string, copy: string, branch: string): string {
  const title = oneLine(name).replaceAll(/[[\]\\]/g, String.raw`\$&`);
  const file = oneLine(name);
  const advice = `take what is missing into ${file}, then delete the copy and this line`;
  return `- [Conflict: ${title}](${linkTarget(copy)}) — another version of ${file}, from ${slug(branch, BRANCH_MAX)}: ${advice}`;
}

/** Escapes a file name as the target of a Markdown link. */
export function linkTarget(name: string): string {
  return name.replaceAll(/[\s()<>%\\]/g, (character) => encodeURIComponent(character).replace('(', '%28').replace(')', '%29'));
}

function splitName(name: string): { stem: string; extension: string } {
  const dot = name.lastIndexOf('.');
  const plain = dot <= 0 || dot === name.length - 1 || name.length - dot > EXTENSION_MAX;
  return plain ? { stem: name, extension: '' } : { stem: name.slice(0, dot), extension: name.slice(dot) };
}

function slug(text: string, most: number): string {
  const safe = text
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .slice(0, most)
    .replaceAll(/^[-.]+|[-.]+$/g, '');
  return safe === '' ? 'session' : safe;
}

function shorten(stem: string, room: number): string {
  const mark = `~${hash(stem)}`;
  const characters = Array.from(stem);
  let bytes = Buffer.byteLength(stem);
  while (bytes > room - mark.length) {
    bytes -= Buffer.byteLength(characters.pop() ?? ' ');
  }
  return characters.join('') + mark;
}

/** FNV-1a, 32 bits (RFC 9923): enough to distinguish names, and needs no library. */
function hash(text: string): string {
  let value = 0x811c9dc5;
  for (const byte of Buffer.from(text)) {
    value = Math.imul(value ^ byte, 0x01000193) >>> 0;
  }
  return value.toString(16).padStart(8, '0');
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}

/** What the name of a conflict copy contains. */
export interface ConflictOrigin {
  /** The name of the file whose version it is. */
  readonly name: string;
  /** The branch, as far as it fits into a file name. */
  readonly branch: string;
  /** The id of the session. */
  readonly session: string;
}

/** `<stem>.conflict-<branch>-<id>.<ext>`. The second version of a file from one session has a number after the id. */
const COPY = /^(.*)\.conflict-(.+)-(([a-z0-9]{10})(?:-\d+)?)(\.[^.]*)?$/s;

/**
 * The reverse of `conflictName`. Returns undefined for a name that is not a conflict copy's. `siblings` are the names in the same folder:
 * if a long name was shortened, one of them is the file.
 */
export function conflictOrigin(copy: string, siblings: readonly string[]): ConflictOrigin | undefined {
  const [, stem, branch, id, session, extension = ''] = COPY.exec(copy) ?? [];
  if (stem === undefined || branch === undefined || id === undefined || session === undefined) {
    return undefined;
  }
  const name = [...siblings, stem + extension].find((sibling) => conflictName(sibling, branch, id) === copy);
  return name === undefined ? undefined : { name, branch, session };
}
