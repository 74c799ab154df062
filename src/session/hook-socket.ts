import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { makeFolder } from '../system/fs/make-folder.js';
import { privateFolderTrouble } from '../system/fs/private-folder.js';
import { attempt } from '../system/attempt.js';
import type { SessionPaths } from './paths.js';

/** The longest path of a socket on macOS, in bytes; Linux takes four more. */
const LONGEST_BYTES = 103;

/**
 * Where the launcher of a session answers hooks: in the folder of the session or, where that path is too long for a socket, in a folder
 * of the user's own for temporary files, which is made. Null when there is none that others cannot enter: then no hook asks.
 */
export function hookSocket(paths: SocketPaths, environment: NodeJS.ProcessEnv): string | null {
  const [inside, elsewhere] = hookSocketPlaces(paths, environment);
  if (isShort(inside)) return inside;
  return isShort(elsewhere) && isPrivate(dirname(elsewhere)) ? elsewhere : null;
}

type SocketPaths = Pick<SessionPaths, 'root' | 'id'>;

/** Where it may be, or may have been left by a launcher that was killed. */
export function hookSocketPlaces({ root, id }: SocketPaths, environment: NodeJS.ProcessEnv): readonly [inside: string, elsewhere: string] {
  const elsewhere = join(environment['XDG_RUNTIME_DIR'] || tmpdir(), `pclaude-${process.getuid?.() ?? 0}`);
  return [join(root, 'hooks.sock'), join(elsewhere, id)];
}

function isShort(path: string): boolean {
  return Buffer.byteLength(path) <= LONGEST_BYTES;
}

function isPrivate(folder: string): boolean {
  const trouble = attempt(() => {
    makeFolder(folder);
    return privateFolderTrouble(folder);
  });
  return trouble.status === 'fulfilled' && trouble.value === undefined;
}
