import { sessionPaths } from '../../src/session/paths.js';
import { markShell } from '../../src/sync/calls.js';
import { realFiles } from '../../src/sync/files.js';
import { callRoot, type Overlaid, overlaidTrees } from '../../src/sync/overlaid.js';
import type { Scratch } from './scratch.js';
import { manifestOf } from './session.js';

/** The memory of a session that has no home: the shared folder is `memory`, the state dir `state`. */
export function memoryIn(scratch: Scratch, id = 'me', branch: string | null = 'main'): Overlaid {
  const [tree] = overlaidTrees({ paths: sessionPaths(scratch.at('state'), id), manifest: manifestOf(scratch, id, { branch, memoryFolder: scratch.at('memory') }) });
  if (tree?.kind !== 'memory') throw new Error('a memory folder was named');
  return tree;
}

/** A shell command that has written a private copy of one file; nothing of it is merged. */
export function shellWrites(scratch: Scratch, tree: Overlaid, call: string, place: string, text: string): void {
  const base = scratch.read(`${tree.folder}/${place}`);
  if (base !== undefined) scratch.write(`${tree.bases}/${call}/${place}`, base);
  scratch.write(`${callRoot(tree, call)}/${place}`, text);
  markShell(realFiles, tree, call, 'foreground');
}
