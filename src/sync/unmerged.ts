import type { Session } from '../session/session.js';
import { findChanges } from './changes.js';
import type { Files } from './files.js';
import type { Overlaid } from './overlaid.js';
import { rehearse } from './pretended-files.js';

/** As what is named that tools wrote, where the files themselves cannot be told. */
const FOLDER: Readonly<Record<Overlaid['kind'], string>> = { memory: 'memory/', config: '.claude/' };

/**
 * The paths in the shared dir that a merge of a session would change: names, and nothing of what is in the files. Reads only.
 * Of a session that `runs` it is what is not merged at this moment; a tool call that still writes is left out. Where a merge
 * would fail, the names of what it would look at.
 */
export async function unmergedPaths(files: Files, session: Session, runs = false): Promise<string[]> {
  const changes = findChanges(files, session, runs);
  if (!changes) return [];
  const { rehearseSync } = await import('./session.js');
  try {
    const { memory, home } = await rehearseSync(rehearse(files).files, { ...session, changes });
    return [...memory, ...home].flatMap(([path, { outcome }]) => (outcome === 'unchanged' ? [] : [path]));
  } catch {
    const written = changes.written.map(({ tree }) => FOLDER[tree.kind]);
    return [...new Set([...(changes.notes ? [FOLDER.memory] : []), ...written, ...changes.names])];
  }
}
