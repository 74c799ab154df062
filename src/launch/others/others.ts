import { liveClients } from '../../client/running/live-clients.js';
import { type LiveSession, liveSessions } from '../../session/live.js';
import { sessionsFolder } from '../../session/paths.js';
import { placeOf } from './place.js';
import type { Other, Place } from './proximity.js';

/**
 * Everybody who works at this moment: the sessions of a state dir, also those of which only background jobs are left, and the
 * plain clients of a shared dir. Reads only; what cannot be read is passed over.
 */
export function othersOn(stateDir: string, sharedDir: string): Other[] {
  const find = finder();
  const homes = new Map<string, string[]>();
  const plain: Other[] = [];
  for (const { home, cwd } of liveClients(sharedDir)) {
    if (home === null) plain.push({ kind: 'plain', places: [find(cwd)] });
    else if (home.startsWith(`${sessionsFolder(stateDir)}/`)) homes.set(home, [...(homes.get(home) ?? []), cwd]);
  }
  const live = new Map(liveSessions(stateDir).map((session) => [session.paths.home, session]));
  const sessions = [...new Set([...live.keys(), ...homes.keys()])].map((home): Other => {
    return { kind: 'session', places: homes.get(home)?.map(find) ?? startOf(live.get(home)) };
  });
  return [...sessions, ...plain];
}

/** Where a session was started: its client tells of itself only after a moment, and an old one never. */
function startOf(session: LiveSession | undefined): Place[] {
  const manifest = session?.manifest;
  return manifest ? [{ folder: manifest.cwd, repository: manifest.repository }] : [];
}

/** Many work in few places, and each costs reading a few files. */
function finder(): (cwd: string) => Place {
  const known = new Map<string, Place>();
  return (cwd) => {
    const place = known.get(cwd) ?? placeOf(cwd);
    known.set(cwd, place);
    return place;
  };
}
