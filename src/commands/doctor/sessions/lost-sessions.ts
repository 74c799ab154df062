import { findSessions, type UnreadableSession } from '../../../session/list.js';
import { type Check, type Finding, finding, word } from '../check.js';

/** Sessions whose manifest cannot be read, so that they cannot be merged. */
export const lostSessions: Check = {
  name: 'lost-sessions',
  fine: 'the manifests of all sessions can be read',
  needs: 'state dir',
  find: ({ stateDir }) => findSessions(stateDir).unreadable.map(toldOf),
};

function toldOf({ paths: { id, root, manifest }, unreadable }: UnreadableSession): Finding {
  const place = { path: manifest, session: id };
  if (unreadable.why === 'refused')
    return finding('error', `cannot be read: ${unreadable.reason}`, 'make it readable, then: pclaudectl merge', place);
  if (unreadable.why === 'newer') return finding('note', 'is of a newer pclaude', 'update this one', place);
  return finding(
    'warning',
    'is lost, so that this session cannot be merged',
    `look for notes in ${word(root)}; pclaudectl gc removes it when it is old`,
    place,
  );
}
