import { conflictName } from './conflict-name.js';

/** What the name of a conflict copy tells. */
export interface ConflictOrigin {
  /** The file that it is a version of. */
  readonly name: string;
  /** As far as it fits into a file name. */
  readonly branch: string;
  /** The id of the session. */
  readonly session: string;
}

/** `<stem>.conflict-<branch>-<id>.<ext>`; a session's second version of one file has a number behind its id. */
const COPY = /^(.*)\.conflict-(.+)-(([a-z0-9]{10})(?:-\d+)?)(\.[^.]*)?$/s;

/**
 * The reverse of `conflictName`: undefined for a name that it does not make. `siblings` are the names beside it; where a
 * long name was shortened, one of them is the file.
 */
export function conflictOrigin(copy: string, siblings: readonly string[]): ConflictOrigin | undefined {
  const [, stem, branch, id, session, extension = ''] = COPY.exec(copy) ?? [];
  if (stem === undefined || branch === undefined || id === undefined || session === undefined) {
    return undefined;
  }
  const name = [...siblings, stem + extension].find((sibling) => conflictName(sibling, branch, id) === copy);
  return name === undefined ? undefined : { name, branch, session };
}
