import { UserError } from '../system/errors.js';
import type { Sessions } from '../session/list.js';
import type { SessionPaths } from '../session/paths.js';
import { unreadableWords } from '../session/unreadable.js';
import { shown } from './output.js';

/** The only session whose id is, or starts with, `name`. Throws `no-such-session`. */
export function findNamed<Found extends { readonly paths: SessionPaths }>({ sessions, unreadable }: Sessions<Found>, name: string): Found {
  const fits = ({ paths }: { readonly paths: SessionPaths }): boolean => name !== '' && paths.id.startsWith(name);
  const found = sessions.filter(fits);
  const lost = unreadable.filter(fits);
  const [only, another] = found;
  if (only && !another && lost.length === 0) return only;
  const many = found.length + lost.length;
  if (many > 1) throw new UserError('no-such-session', `${many} sessions begin with "${shown(name)}"`, SEE_ALL);
  const [broken] = lost;
  if (broken)
    throw new UserError(
      'no-such-session',
      `session ${broken.paths.id} cannot be read: ${unreadableWords(broken.unreadable)}`,
      'see: pclaudectl doctor',
    );
  throw new UserError('no-such-session', `there is no session "${shown(name)}"`, SEE_ALL);
}

const SEE_ALL = 'see: pclaudectl sessions --all';
