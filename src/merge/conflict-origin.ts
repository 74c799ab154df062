import { conflictName } from './conflict-name.js';

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
