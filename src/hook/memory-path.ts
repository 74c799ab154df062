import { sep } from 'node:path';
import { below, joined } from '../system/fs/below.js';

/** The paths under which one session may spell its memory folder. All are absolute. */
export interface MemoryMap {
  /** The shared memory folder, as prompts name it. */
  readonly shared: string;
  /** The same path with all links resolved. */
  readonly sharedReal: string;
  /** `<state>/sessions`, which contains the homes and the notes of all sessions. */
  readonly sessions: string;
  /** The shared memory folder of a session; undefined when the session has no manifest any more. Called for the notes of other sessions. */
  readonly folderOf: (id: string) => string | null | undefined;
}

/**
 * Finds the path in the memory folder that an absolute path means. The path may be spelled through the shared folder, or through the home
 * or the notes of any session, as in an old conversation. Returns undefined for every other path, and for the folder itself.
 */
export function memoryPlace(map: MemoryMap, path: string): string | undefined {
  return below(map.shared, path) ?? below(map.sharedReal, path) ?? throughSession(map, path);
}

/** Resolves `<sessions>/<id>/notes/<place>` of this memory folder, and `<sessions>/<id>/.claude/projects/<slug>/memory/<place>`. */
function throughSession(map: MemoryMap, path: string): string | undefined {
  const [id = '', top, ...rest] = below(map.sessions, path)?.split(sep) ?? [];
  if (top === 'notes') return (map.folderOf(id) ?? map.shared) === map.shared ? joined(rest) : undefined;
  const [projects, slug, memory, ...place] = rest;
  const sameProject = map.shared.endsWith([sep, projects, slug, memory].join(sep).slice(1));
  return top === '.claude' && projects === 'projects' && memory === 'memory' && sameProject ? joined(place) : undefined;
}
