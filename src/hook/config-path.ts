import { sep } from 'node:path';
import type { Layout } from '../config/layout.js';
import { namedRule } from '../config/match.js';
import { STATE_FILE } from '../client/shared-dir.js';
import { below, joined } from '../system/fs/below.js';

/** The paths under which one session may spell the shared dir. All are absolute. */
export interface ConfigMap {
  /** The shared dir, as plain `claude` names it. */
  readonly shared: string;
  /** The same path with all links resolved. */
  readonly sharedReal: string;
  /** `<state>/sessions`, which contains the homes of all sessions. */
  readonly sessions: string;
  /** The shared dir of a session; undefined when the session has no manifest any more. */
  readonly sharedOf: (id: string) => string | undefined;
}

export interface ConfigPlace {
  /** The path relative to the shared dir. */
  readonly place: string;
  /** Whether the path was spelled through the shared dir or through a session's home. A home contains copies as well as links. */
  readonly through: 'shared' | 'session';
}

/**
 * Finds the path in the shared dir that an absolute path means. The path may be spelled through the shared dir itself or through any
 * session's home. Returns undefined for every other path, and for the shared dir itself.
 */
export function configPlace(map: ConfigMap, path: string): ConfigPlace | undefined {
  const shared = below(map.shared, path) ?? below(map.sharedReal, path);
  if (shared !== undefined) return { place: shared, through: 'shared' };
  const session = throughSession(map, path);
  return session === undefined ? undefined : { place: session, through: 'session' };
}

/** Whether a write to the path changes a shared file, which other sessions may write at the same moment. */
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
