import { sep } from 'node:path';
import type { Layout } from '../config/layout.js';
import { namedRule } from '../config/match.js';
import { STATE_FILE } from '../client/shared-dir.js';
import { below, joined } from '../system/fs/below.js';

/** How the shared dir of one session is spelled in the file system. All paths are absolute. */
export interface ConfigMap {
  /** The shared dir, as plain `claude` names it. */
  readonly shared: string;
  /** The same with all links resolved. */
  readonly sharedReal: string;
  /** `<state>/sessions`: below it stand the homes of all sessions. */
  readonly sessions: string;
  /** The shared dir of a session; undefined when nothing is known of it any more. */
  readonly sharedOf: (id: string) => string | undefined;
}

export interface ConfigPlace {
  /** The path in the shared dir. */
  readonly place: string;
  /** How it was spelled: in a session's home there are copies beside links. */
  readonly through: 'shared' | 'session';
}

/**
 * The place in the shared dir that a path means, spelled through the shared dir itself, or through any session's home.
 * Undefined for every other path, and for the shared dir itself.
 */
export function configPlace(map: ConfigMap, path: string): ConfigPlace | undefined {
  const shared = below(map.shared, path) ?? below(map.sharedReal, path);
  if (shared !== undefined) return { place: shared, through: 'shared' };
  const session = throughSession(map, path);
  return session === undefined ? undefined : { place: session, through: 'session' };
}

/** Whether what is written at a place is a shared file, which other sessions may write at the same moment. */
export function isSharedPlace(layout: Layout, { place, through }: ConfigPlace): boolean {
  const [top = '', ...rest] = place.split(sep);
  const rule = namedRule(layout, top);
  if (through === 'shared') return rule?.policy !== 'private' && place !== STATE_FILE;
  return rule ? rule.policy === 'link' || rule.policy === 'overlay' : rest.length > 0;
}

/** `<sessions>/<id>/.claude/<place>`. */
function throughSession(map: ConfigMap, path: string): string | undefined {
  const [id = '', top, ...rest] = below(map.sessions, path)?.split(sep) ?? [];
  const place = top === '.claude' ? rest : [];
  return place.length > 0 && (map.sharedOf(id) ?? map.shared) === map.shared ? joined(place) : undefined;
}
