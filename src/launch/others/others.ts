import { liveClients } from '../../client/running/live-clients.js';
import { type LiveSession, liveSessions } from '../../session/live.js';
import { sessionsFolder } from '../../session/paths.js';
import { placeOf } from './place.js';
import type { Other, WorkingPlace } from './proximity.js';

/**
 * Returns all that runs now: the sessions of a state dir, including those of which only background jobs are left, and the plain clients of
 * a shared dir. Reads only; skips files that cannot be read.
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

/** The folder in which a session was started. A client records its own folder only after a moment, and an old client never does. */
function startOf(session: LiveSession | undefined): WorkingPlace[] {
  const manifest = session?.manifest;
  return manifest ? [{ folder: manifest.cwd, repository: manifest.repository }] : [];
}

/** Many clients work in few folders, and each folder costs reading a few files. */
function finder(): (cwd: string) => WorkingPlace {
  const known = new Map<string, WorkingPlace>();
  return (cwd) => {
    const place = known.get(cwd) ?? placeOf(cwd);
    known.set(cwd, place);
    return place;
  };
}
