import { sessionPaths } from '../../src/session/paths.js';
import { type Overlaid, overlaidMemory } from '../../src/sync/overlaid.js';
import type { Scratch } from './scratch.js';
import { manifestOf } from './session.js';

/** The memory of a session that has no home: the shared folder is `memory`, the state dir `state`. */
export function memoryIn(scratch: Scratch, id = 'me', branch: string | null = 'main', startedAt = Infinity): Overlaid {
  const tree = overlaidMemory({ paths: sessionPaths(scratch.at('state'), id), manifest: manifestOf(scratch, id, { branch, startedAt, memoryFolder: scratch.at('memory') }) });
  if (!tree) throw new Error('a memory folder was named');
  return tree;
}
