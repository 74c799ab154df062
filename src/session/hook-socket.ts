import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { attempt } from '../system/attempt.js';
import { makeFolder, privateFolderTrouble } from '../system/fs/folders.js';
import type { SessionPaths } from './paths.js';

/** The longest path of a socket on macOS, in bytes. Linux allows four more. */
const LONGEST_BYTES = 103;

/**
 * The path of the socket on which the launcher of a session answers hooks. It is in the session dir or, when that path is too long for a
 * socket, in the user's private folder for temporary files, which is made if it is missing. Null when there is no folder that is closed to
 * other users: then no hook asks the launcher.
 */
export function hookSocket(paths: SocketPaths, environment: NodeJS.ProcessEnv): string | null {
  const [inside, elsewhere] = hookSocketPaths(paths, environment);
  if (isShort(inside)) return inside;
  return isShort(elsewhere) && isPrivate(dirname(elsewhere)) ? elsewhere : null;
}

type SocketPaths = Pick<SessionPaths, 'root' | 'id'>;

/** The two possible paths of the socket. A launcher that was killed may have left it at either. */
export function hookSocketPaths({ root, id }: SocketPaths, environment: NodeJS.ProcessEnv): readonly [inside: string, elsewhere: string] {
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
