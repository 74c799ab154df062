import { sep } from 'node:path';
import { below, joined } from '../system/fs/below.js';

/** How the memory of one session is spelled in the file system. All paths are absolute. */
export interface MemoryMap {
  /** The shared memory folder, as prompts name it. */
  readonly shared: string;
  /** The same with all links resolved. */
  readonly sharedReal: string;
  /** `<state>/sessions`: below it stand the homes and the notes of all sessions. */
  readonly sessions: string;
  /** The shared memory folder of a session; undefined when nothing is known of it any more. Asked for other sessions' notes. */
  readonly folderOf: (id: string) => string | null | undefined;
}

/**
 * The place inside the memory folder that a path means: spelled through the shared folder, or through any session's
 * home or notes, as an old conversation may still do. Undefined for every other path, and for the folder
 * itself.
 */
export function memoryPlace(map: MemoryMap, path: string): string | undefined {
  return below(map.shared, path) ?? below(map.sharedReal, path) ?? throughSession(map, path);
}

/**
 * `<sessions>/<id>/notes/<place>` of this memory folder, or
 * `<sessions>/<id>/.claude/projects/<slug>/memory/<place>`.
 */
function throughSession(map: MemoryMap, path: string): string | undefined {
  const [id = '', top, ...rest] = below(map.sessions, path)?.split(sep) ?? [];
  if (top === 'notes') return (map.folderOf(id) ?? map.shared) === map.shared ? joined(rest) : undefined;
  const [projects, slug, memory, ...place] = rest;
  const sameProject = map.shared.endsWith([sep, projects, slug, memory].join(sep).slice(1));
  return top === '.claude' && projects === 'projects' && memory === 'memory' && sameProject ? joined(place) : undefined;
}
